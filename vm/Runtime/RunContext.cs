using System.Collections.Immutable;
using NearData.Vm.Compilation;
using NearData.Vm.Guards;
using NearData.Vm.Maps;

namespace NearData.Vm;

/// <summary>Where a program sent its packet: an interface, or an entry of a map.</summary>
/// <param name="Map">The map, or null for an interface.</param>
/// <param name="Index">The interface's index, or the entry's.</param>
/// <param name="Flags">As the program passed them: whether all of the map's entries are meant (<c>BPF_F_BROADCAST</c>), for one.</param>
public readonly record struct RedirectTarget(BpfMap? Map, ulong Index, ulong Flags = 0);

/// <summary>
/// What helpers know of the thread that runs a program. Each thread has its own; whoever runs programs sets it up before the first run.
/// </summary>
public sealed class RunContext
{
    [ThreadStatic]
    private static RunContext? OfThisThread;

    private RunContext()
    {
    }

    /// <summary>The running thread's.</summary>
    public static RunContext Current => OfThisThread ??= new RunContext();

    /// <summary>The worker's number, from 0: what programs take for the processor's, and where their per-CPU values are.</summary>
    public int Processor { get; set; }

    /// <summary>Gets each text that a program traces, without a line's end; null where nobody listens.</summary>
    public Action<string>? Trace { get; set; }

    /// <summary>The programs that tail calls can go on in; null for none. Over the same maps as the program that runs.</summary>
    public CompiledPrograms? Programs { get; set; }

    /// <summary>What the compiled program that runs now has helpers call back.</summary>
    internal ImmutableArray<CompiledFunction> Callbacks { get; set; } = [];

    /// <summary>What the guarded program that runs now may touch; null where code without guards runs.</summary>
    internal GuardScope? Guards { get; set; }

    /// <summary>Where the last packet was sent that a program redirected.</summary>
    public RedirectTarget Redirect { get; set; }

    /// <summary>The worker's number among so many processors: workers of higher numbers share values with those of lower ones.</summary>
    internal int ProcessorAmong(int processors) => Processor < processors ? Processor : Processor % processors;
}
