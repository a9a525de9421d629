using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NearData.TestSupport.Kernel;

/// <summary>
/// The <c>union bpf_attr</c> of one call: fields by their offset, all others zero. Arrays that it points to stay pinned until this
/// is disposed.
/// </summary>
internal sealed class BpfArguments : IDisposable
{
    /// <summary>Bytes; as long as <c>BPF_PROG_LOAD</c>'s fields reach in Linux 6.18. Older kernels take it while the rest is zero.</summary>
    public const int Size = 152;

    private readonly byte[] _bytes = new byte[Size];
    private readonly List<GCHandle> _pins = [];
    private readonly List<SafeFileHandle> _handles = [];

    public BpfArguments() => Address = Pin(_bytes);

    /// <summary>Where the union is; constant while this lives.</summary>
    public nint Address { get; }

    public void Set(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(offset), value);

    public void Set(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(offset), value);

    /// <summary>An address of an array; zero for an empty one.</summary>
    public void Set(int offset, byte[] target) => Set(offset, target.Length == 0 ? 0 : (ulong)Pin(target));

    /// <summary>A descriptor, which stays open until this is disposed.</summary>
    public void Set(int offset, SafeFileHandle handle)
    {
        bool isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        _handles.Add(handle);
        Set(offset, (uint)(int)handle.DangerousGetHandle());
    }

    /// <summary>A name of at most 15 characters; the kernel takes letters, digits, dots and underscores.</summary>
    public void SetName(int offset, string name)
    {
        for (int position = 0; position < Math.Min(name.Length, 15); position++)
        {
            _bytes[offset + position] = (byte)(char.IsAsciiLetterOrDigit(name[position]) || name[position] == '.' ? name[position] : '_');
        }
    }

    public uint Word(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));

    public void Dispose()
    {
        foreach (GCHandle pin in _pins)
        {
            pin.Free();
        }

        foreach (SafeFileHandle handle in _handles)
        {
            handle.DangerousRelease();
        }
    }

    private nint Pin(byte[] target)
    {
        GCHandle pin = GCHandle.Alloc(target, GCHandleType.Pinned);
        _pins.Add(pin);
        return pin.AddrOfPinnedObject();
    }
}
