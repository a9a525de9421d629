using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm;

/// <summary>An XDP program as machine code. Immutable; any number of threads may run it over the same maps.</summary>
public sealed unsafe class CompiledPacketProgram
{
    private CompiledPacketProgram(VerifiedProgram verified)
    {
        Program = verified.Program;
        Call = new SingleCall(verified);
    }

    public Program Program { get; }

    /// <summary>How often it has run and for how long.</summary>
    public RunStatistics Statistics { get; } = new();

    internal SingleCall Call { get; }

    /// <summary>Compiles a program of kind <see cref="ProgramKind.Xdp"/>.</summary>
    /// <exception cref="ProgramTooLongException">It is to be interpreted.</exception>
    public static CompiledPacketProgram Compile(VerifiedProgram verified) => verified.Program.Kind == ProgramKind.Xdp
        ? new CompiledPacketProgram(verified)
        : throw new ArgumentException($"{verified.Program.Name} is a {verified.Program.Kind} program, which isn't called with a packet.");

    /// <summary>Runs the program once.</summary>
    /// <param name="packet">The packet and its memory, which stay where they are meanwhile; helpers may move the packet in there.</param>
    /// <param name="maps">The program's maps.</param>
    /// <returns>r0: the verdict in its low 32 bits.</returns>
    public ulong Run(XdpContext* packet, MapSet maps)
    {
        if (maps.Maps != Program.Maps)
        {
            throw new ArgumentException($"The map memory is not for {Program.Name}'s maps.");
        }

        long begun = Statistics.BeginSingle();
        ulong result = Call.Run(packet, length: 0, maps.Headers);
        Statistics.EndSingle(begun);
        GC.KeepAlive(maps);
        return result;
    }
}
