using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Interpretation;
using NearData.Vm.Maps;

namespace NearData.Vm;

/// <summary>A memory program as machine code. Immutable; each thread runs it over maps of its own.</summary>
public sealed unsafe class CompiledMemoryProgram
{
    private readonly SingleCall _call;
    private readonly int _length;

    private CompiledMemoryProgram(VerifiedProgram verified, int length)
    {
        Program = verified.Program;
        _length = length;
        _call = new SingleCall(verified);
    }

    public Program Program { get; }

    /// <summary>Compiles a program of kind <see cref="ProgramKind.Memory"/>.</summary>
    /// <exception cref="ProgramTooLongException">It is to be interpreted.</exception>
    public static CompiledMemoryProgram Compile(VerifiedProgram verified) =>
        verified.Program.Context is ProgramContext.Memory memory
        ? new CompiledMemoryProgram(verified, memory.Length)
        : throw new ArgumentException($"{verified.Program.Name} is a {verified.Program.Kind} program, which is called with a row.");

    /// <summary>Runs the program once.</summary>
    /// <param name="memory">As many bytes as the program was verified for.</param>
    /// <param name="maps">Memory for the program's maps.</param>
    /// <returns>r0.</returns>
    public ulong Run(Span<byte> memory, MapSet maps)
    {
        if (memory.Length != _length)
        {
            throw new ArgumentException($"{Program.Name} was verified for {_length} bytes of memory, not {memory.Length}.");
        }

        if (maps.Maps != Program.Maps)
        {
            throw new ArgumentException($"The map memory is not for {Program.Name}'s maps.");
        }

        fixed (byte* start = memory)
        {
            ulong result = _call.Run(start, memory.Length, maps.Headers);
            GC.KeepAlive(maps);
            return result;
        }
    }
}
