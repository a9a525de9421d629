using System.Runtime.InteropServices;

namespace NearData.Formats;

/// <summary>Where a value's bytes are in this process.</summary>
/// <param name="Length">Bytes; 0 for a null.</param>
/// <param name="Address">The first one's; 0 for a null.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TextAddress(long Length, nint Address);

/// <summary>
/// The text of some rows, one after the other, in memory that doesn't move. It is kept when it is cleared, so one vector serves a whole
/// column. Not thread-safe.
/// </summary>
public sealed class TextVector
{
    private const int LeastLength = 4096;

    private byte[] _data = Allocate(LeastLength);

    /// <summary>Bytes of all values.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Data => _data.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Where the bytes from a place in <see cref="Data"/> on are, until more are added.</summary>
    internal nint AddressOf(int offset) => Marshal.UnsafeAddrOfPinnedArrayElement(_data, offset);

    /// <summary>Room for a value of at most so many bytes; <see cref="Commit"/> says how many there were.</summary>
    internal Span<byte> Reserve(int length)
    {
        int needed = checked(Length + length);
        if (needed > _data.Length)
        {
            byte[] larger = Allocate((int)Math.Min(Math.Max(needed, _data.Length * 2L), Array.MaxLength));
            Data.CopyTo(larger);
            _data = larger;
        }

        return _data.AsSpan(Length, length);
    }

    internal void Commit(int length) => Length += length;

    private static byte[] Allocate(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);
}
