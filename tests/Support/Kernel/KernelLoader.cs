using System.Collections.Immutable;
using System.Diagnostics;
using NearData.Isa;
using NearData.Isa.Decoding;
using NearData.Isa.Programs;

namespace NearData.TestSupport.Kernel;

/// <summary>Loads programs of the project's own model into the kernel, instruction by instruction as they are.</summary>
public static class KernelLoader
{
    /// <summary>Loads a program whose kind the kernel has.</summary>
    /// <param name="program">An XDP, socket-filter or traffic-control program; <see cref="KernelMachine"/> knows how to run memory programs.</param>
    /// <param name="maps">Its maps; the caller's, and in use by the program as long as it lives.</param>
    /// <param name="log">What the kernel writes where it refuses.</param>
    /// <exception cref="KernelException">The kernel refused, with its verifier's log.</exception>
    public static KernelProgram Load(Program program, KernelMaps maps, KernelLog log = KernelLog.Instructions)
    {
        using FunctionTypes? types = FunctionTypes.Of(program);
        return KernelProgram.Load(Source(program.Name, TypeOf(program), program.Code, maps, types) with { Log = log });
    }

    /// <summary>How long the kernel takes for the system call that loads a program.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static TimeSpan TimeLoad(Program program, KernelMaps maps)
    {
        using FunctionTypes? types = FunctionTypes.Of(program);
        KernelProgramSource source = Source(program.Name, TypeOf(program), program.Code, maps, types);
        long start = Stopwatch.GetTimestamp();
        using KernelProgram loaded = KernelProgram.Load(source);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Loads code; a wide load's map index counts in <paramref name="maps"/>.</summary>
    internal static KernelProgram Load(string name, KernelProgramType type, ImmutableArray<Instruction> code, IReadOnlyList<KernelMap> maps, KernelLog log = KernelLog.Instructions)
    {
        using FunctionTypes? types = FunctionTypes.Of(code);
        return KernelProgram.Load(Source(name, type, code, maps, types) with { Log = log });
    }

    private static KernelProgramSource Source(
        string name, KernelProgramType type, ImmutableArray<Instruction> code, IReadOnlyList<KernelMap> maps, FunctionTypes? types) =>
        new(type, InstructionEncoder.Encode([.. code.Select(slot => KernelFunctionIds.Resolve(WithDescriptor(slot, maps)))]))
        {
            Name = name,
            Btf = types?.Btf,
            FunctionInfo = types?.Info ?? [],
        };

    private static KernelProgramType TypeOf(Program program) => program.Kind switch
    {
        ProgramKind.Xdp => KernelProgramType.Xdp,
        ProgramKind.SocketFilter => KernelProgramType.SocketFilter,
        ProgramKind.TrafficControl => KernelProgramType.TrafficControl,
        _ => throw new ArgumentException($"{program.Name}: the kernel has no {program.Kind} programs."),
    };

    private static Instruction WithDescriptor(Instruction slot, IReadOnlyList<KernelMap> maps) =>
        slot.IsWide && slot.WideKind is WideImmediateKind.Map or WideImmediateKind.MapValue
            ? slot with { Immediate = (int)maps[slot.Immediate].Handle.DangerousGetHandle() }
            : slot;
}
