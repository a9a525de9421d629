using System.Collections.Immutable;
using NearData.Isa;

namespace NearData.Client.Linq.Emission;

/// <summary>Writes instructions one after the other and fills in jumps when their labels are placed.</summary>
internal sealed class CodeWriter
{
    private readonly List<Instruction> _code = [];

    /// <summary>The next slot.</summary>
    public int Position => _code.Count;

    public void Add(Instruction instruction) => _code.Add(instruction);

    public void Add((Instruction First, Instruction Second) wide)
    {
        _code.Add(wide.First);
        _code.Add(wide.Second);
    }

    /// <summary>Makes the label's jumps lead to the next slot.</summary>
    /// <exception cref="QueryTranslationException">One of them is too far away for the 16 bits of its offset.</exception>
    public void Place(Label label)
    {
        foreach (int slot in label.Jumps)
        {
            int distance = Position - slot - 1;
            _code[slot] = distance <= short.MaxValue
                ? _code[slot] with { Offset = (short)distance }
                : throw new QueryTranslationException("the query", $"its program has a jump over {distance} instructions; {short.MaxValue} are possible.");
        }
    }

    public ImmutableArray<Instruction> ToCode() => [.. _code];
}
