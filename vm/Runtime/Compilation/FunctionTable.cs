using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Compilation;

/// <summary>
/// The functions of a program: where its code begins, where local calls lead, and what function loads name. No jump leads from one into
/// another, as was verified. Immutable.
/// </summary>
internal sealed class FunctionTable
{
    private readonly ImmutableArray<int> _starts;
    private readonly int _end;

    public FunctionTable(VerifiedProgram verified)
    {
        SortedSet<int> starts = [0];
        ImmutableArray<Instruction> code = verified.Program.Code;
        for (int slot = 0; slot < code.Length; slot++)
        {
            if (verified.Facts.Instructions[slot].IsReachable && Target(code[slot], slot) is { } target)
            {
                starts.Add(target);
            }
        }

        _starts = [.. starts];
        _end = code.Length;
    }

    /// <summary>Whether there is nothing but the program itself.</summary>
    public bool IsSingle => _starts.Length == 1;

    /// <summary>All of them, in order.</summary>
    public IEnumerable<CodeRange> Functions => _starts.Select(start => this[start]);

    /// <summary>The program itself.</summary>
    public CodeRange Main => this[0];

    /// <summary>The function that begins at a slot.</summary>
    public CodeRange this[int start]
    {
        get
        {
            int index = _starts.BinarySearch(start);
            return new CodeRange(start, index + 1 < _starts.Length ? _starts[index + 1] : _end);
        }
    }

    /// <summary>The number of the function that a slot belongs to.</summary>
    public int IndexOf(int slot)
    {
        int index = _starts.BinarySearch(slot);
        return index >= 0 ? index : ~index - 1;
    }

    /// <summary>The function that a local call calls, or that a wide load names; null for every other instruction.</summary>
    public static int? Target(Instruction instruction, int slot) => instruction switch
    {
        { IsCall: true } when (CallKind)instruction.Source.Number == CallKind.Local => slot + 1 + instruction.Immediate,
        { IsWide: true, WideKind: WideImmediateKind.Function } => slot + 1 + instruction.Immediate,
        _ => null,
    };
}
