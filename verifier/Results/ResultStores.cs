using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Results;

/// <summary>
/// What an update of a result field changes in what is known. Terms tell of the field's content as it is now, so those that told
/// of the old one no longer may be stored: that would lose the update.
/// </summary>
internal sealed class ResultStores
{
    private readonly ProgramEnvironment _environment;
    private readonly TermSource _terms;

    public ResultStores(ProgramEnvironment environment, TermSource terms)
    {
        _environment = environment;
        _terms = terms;
    }

    /// <summary>An allowed value is stored to the field.</summary>
    public void Store(int field, Value.Number value, MachineState state)
    {
        int bits = _environment.ResultBits(field);
        Term stored = LowTerm.Of(value, bits);
        if (state.Decision is { } decision)
        {
            state.Decision = decision with { Stored = stored };
        }
        else if (stored is Term.Content)
        {
            Count(field, Scalar.Zero, state);
            return;
        }
        else if (stored is Term.Update update)
        {
            Count(field, update.Addend, state);
        }

        state.Rewrite(known => known is Value.Number number && number.Term.Result == field
            ? number with { Term = AfterStore(number, stored, field, bits) }
            : known);
    }

    /// <summary>An operand is combined with the field atomically.</summary>
    public void Add(int field, Value.Number operand, MachineState state)
    {
        Count(field, operand.Range, state);
        state.Rewrite(known => known is Value.Number number && number.Term.Result == field
            ? number with { Term = _terms.Fresh(field) }
            : known);
    }

    /// <summary>The very value that was stored is the content now, where no bits above the field's differ.</summary>
    private Term AfterStore(Value.Number number, Term stored, int field, int bits)
    {
        bool isStored = number.Term.Low(bits) == stored;
        return isStored && number.Range.Whole.Unsigned.Maximum <= Tnum<ulong>.LowBits(bits)
            ? new Term.Content(field)
            : _terms.Fresh(field);
    }

    private void Count(int field, Scalar addend, MachineState state)
    {
        ResultField result = _environment.Result(field);
        if (result.Merge != MergeRule.Sum)
        {
            return;
        }

        (Int128 least, Int128 most) = result.Type.IsSigned()
            ? ((Int128)addend.Whole.Signed.Minimum, (Int128)addend.Whole.Signed.Maximum)
            : ((Int128)addend.Whole.Unsigned.Minimum, (Int128)addend.Whole.Unsigned.Maximum);
        bool isGroups = _environment.GroupMapOf(field) is not null;

        // One call may update several groups, of which each can be the one that this addition left alone.
        state.Sums = state.Sums.SetItem(field, isGroups
            ? state.Sums[field].Then(Int128.Min(least, 0), Int128.Max(most, 0))
            : state.Sums[field].Then(least, most));
    }
}
