using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Flow;

/// <summary>
/// A program's functions: those that it declares, or, where it declares none, the stretches of code between the slots that it calls or
/// takes the address of. The program itself is the first. Immutable.
/// </summary>
internal sealed class Functions
{
    private readonly ImmutableArray<ProgramFunction> _functions;

    private Functions(ImmutableArray<ProgramFunction> functions) => _functions = functions;

    public int Count => _functions.Length;

    public ProgramFunction this[int index] => _functions[index];

    /// <summary>The functions of decoded code.</summary>
    /// <exception cref="ProgramRejectedException">What the program declares of them isn't so.</exception>
    public static Functions Find(Program program, RejectionSite site)
    {
        SortedSet<int> entries = Entries(program.Code);
        if (program.Functions.IsEmpty)
        {
            int[] starts = [.. entries];
            return new([.. starts.Select((start, index) => new ProgramFunction(
                index == 0 ? program.Name : $"function_{start}", start, (index + 1 < starts.Length ? starts[index + 1] : program.Code.Length) - start))]);
        }

        int free = 0;
        foreach (ProgramFunction function in program.Functions)
        {
            if (function.Start != free || function.Length < 1 || function.Length > program.Code.Length - free)
            {
                throw site.Reject(
                    RejectionCode.InvalidProgram,
                    0,
                    $"function {function.Name} is said to be {function.Length} slots at {function.Start}; functions are in order, without gaps, within the code.");
            }

            free += function.Length;
            entries.Remove(function.Start);
        }

        return free != program.Code.Length
            ? throw site.Reject(RejectionCode.InvalidProgram, free, $"it belongs to none of the program's {program.Functions.Length} functions.")
            : entries.Count > 0
            ? throw site.Reject(RejectionCode.InvalidProgram, entries.Min, "it is called, but no function starts here.")
            : new(program.Functions);
    }

    /// <summary>The function that holds a slot, by number.</summary>
    public int IndexOf(int slot)
    {
        int low = 0;
        int high = _functions.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _functions[middle].Start <= slot ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private static SortedSet<int> Entries(ImmutableArray<Instruction> code)
    {
        SortedSet<int> entries = [0];
        for (int slot = 0; slot < code.Length; slot += code[slot].IsWide ? 2 : 1)
        {
            Instruction instruction = code[slot];
            if (instruction is { IsWide: true, WideKind: WideImmediateKind.Function }
                || (instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Local))
            {
                entries.Add(slot + 1 + instruction.Immediate);
            }
        }

        return entries;
    }
}
