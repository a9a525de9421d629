using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace NearData.TestSupport.Kernel;

/// <summary>A program's type in the kernel (<c>enum bpf_prog_type</c>).</summary>
public enum KernelProgramType
{
    SocketFilter = 1,
    TrafficControl = 3,
    Xdp = 6,
}

/// <summary>What the kernel's verifier writes where it refuses (<c>BPF_LOG_LEVEL1</c>, <c>BPF_LOG_STATS</c>).</summary>
public enum KernelLog
{
    /// <summary>Each instruction with what is known before it, then why not.</summary>
    Instructions = 1,

    /// <summary>Why not.</summary>
    Reason = 4,
}

/// <summary>What to load.</summary>
/// <param name="Type">What it is called with.</param>
/// <param name="Code">Slots, with descriptors where maps are.</param>
public sealed record KernelProgramSource(KernelProgramType Type, byte[] Code)
{
    public string Name { get; init; } = "";

    /// <summary>Types of its functions; null for none.</summary>
    public KernelBtf? Btf { get; init; }

    /// <summary><c>struct bpf_func_info</c>, 8 bytes for each function.</summary>
    public byte[] FunctionInfo { get; init; } = [];

    public KernelLog Log { get; init; } = KernelLog.Instructions;

    /// <summary>The kernel's <c>prog_flags</c>.</summary>
    public uint Flags { get; init; }
}

/// <summary>A program that the kernel's verifier took; gone when this is disposed.</summary>
public sealed class KernelProgram : IDisposable
{
    /// <summary>Bytes of <c>struct bpf_prog_info</c> up to its name.</summary>
    private const int InfoSize = 80;

    private const int LogSize = 1 << 20;

    private static readonly byte[] License = "GPL\0"u8.ToArray();

    private KernelProgram(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    /// <summary>Loads a program.</summary>
    /// <exception cref="KernelException">The kernel refused, with its verifier's log.</exception>
    public static KernelProgram Load(KernelProgramSource source)
    {
        // Writing a log costs more than verifying: it is asked for where there is something to explain.
        if (Open(source, log: [], out _) is { } handle)
        {
            return new KernelProgram(handle);
        }

        byte[] log = new byte[LogSize];
        return Open(source, log, out Errno error) is { } second
            ? new KernelProgram(second)
            : throw new KernelException(BpfCommand.ProgramLoad, error, LogText.Of(log));
    }

    /// <summary>Runs the program over a packet.</summary>
    /// <param name="packet">At least 14 bytes, the length of an Ethernet header.</param>
    /// <param name="repeat">How often; the packet isn't made anew between.</param>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public KernelRun Run(byte[] packet, int repeat = 1)
    {
        byte[] output = new byte[packet.Length + 512];
        using BpfArguments arguments = new();
        arguments.Set(0, Handle);
        arguments.Set(8, (uint)packet.Length);
        arguments.Set(12, (uint)output.Length);
        arguments.Set(16, packet);
        arguments.Set(24, output);
        arguments.Set(32, (uint)repeat);
        BpfSystemCall.Invoke(BpfCommand.ProgramTestRun, arguments);
        return new KernelRun(arguments.Word(4), output[..(int)arguments.Word(12)], arguments.Word(36));
    }

    /// <summary>As <see cref="Run(byte[], int)"/>, with what the context holds: of an XDP program an <c>xdp_md</c> of 24 bytes.</summary>
    public KernelRun Run(byte[] packet, byte[] context)
    {
        byte[] output = new byte[packet.Length + 512];
        byte[] contextOut = new byte[context.Length];
        using BpfArguments arguments = new();
        arguments.Set(0, Handle);
        arguments.Set(8, (uint)packet.Length);
        arguments.Set(12, (uint)output.Length);
        arguments.Set(16, packet);
        arguments.Set(24, output);
        arguments.Set(32, 1U);
        arguments.Set(40, (uint)context.Length);
        arguments.Set(44, (uint)contextOut.Length);
        arguments.Set(48, context);
        arguments.Set(56, contextOut);
        BpfSystemCall.Invoke(BpfCommand.ProgramTestRun, arguments);
        return new KernelRun(arguments.Word(4), output[..(int)arguments.Word(12)], arguments.Word(36)) { Context = contextOut };
    }

    /// <summary>The program's tag, 16 hexadecimal digits as bpftool prints them.</summary>
    public string Tag() => Convert.ToHexStringLower(Info().AsSpan(8, 8));

    /// <summary>Bytes of machine code; 0 where the kernel interprets.</summary>
    public int MachineCodeLength() => BinaryPrimitives.ReadInt32LittleEndian(Info().AsSpan(16));

    /// <summary>The slots as the kernel runs them, after its verifier rewrote them.</summary>
    public byte[] TranslatedCode()
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(Info().AsSpan(20));
        byte[] code = GC.AllocateArray<byte>(length, pinned: true);
        byte[] info = new byte[InfoSize];
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(20), length);
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(32), System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(code, 0));
        ObjectInfo.Fill(Handle, info);
        return code;
    }

    public void Dispose() => Handle.Dispose();

    private byte[] Info() => ObjectInfo.Read(Handle, InfoSize);

    private static SafeFileHandle? Open(KernelProgramSource source, byte[] log, out Errno error)
    {
        using BpfArguments arguments = new();
        arguments.Set(0, (uint)source.Type);
        arguments.Set(4, (uint)(source.Code.Length / Isa.Instruction.Size));
        arguments.Set(8, source.Code);
        arguments.Set(16, License);
        arguments.Set(24, log.Length == 0 ? 0U : (uint)source.Log);
        arguments.Set(28, (uint)log.Length);
        arguments.Set(32, log);
        arguments.Set(44, source.Flags);
        arguments.SetName(48, source.Name);
        if (source.Btf is not null)
        {
            arguments.Set(72, source.Btf.Handle);
            arguments.Set(76, 8U);
            arguments.Set(80, source.FunctionInfo);
            arguments.Set(88, (uint)(source.FunctionInfo.Length / 8));
        }

        return BpfSystemCall.TryInvoke(BpfCommand.ProgramLoad, arguments, out error) is { } descriptor
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : null;
    }
}

/// <summary>One run of a program.</summary>
/// <param name="ReturnValue">The low half of r0.</param>
/// <param name="Packet">The packet as the program left it.</param>
/// <param name="Nanoseconds">The mean time of the runs, whole nanoseconds.</param>
public sealed record KernelRun(uint ReturnValue, byte[] Packet, uint Nanoseconds)
{
    /// <summary>The context as the program left it, where one was given.</summary>
    public byte[] Context { get; init; } = [];
}
