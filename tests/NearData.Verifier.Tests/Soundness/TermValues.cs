using NearData.Verifier.Values;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>Holds values of one moment against what their terms say: equal terms are equal values, a sum is its inner value and a constant.</summary>
internal sealed class TermValues
{
    private readonly Dictionary<Term, ulong> _values = [];
    private readonly List<(Term Term, ulong Value)> _parts = [];

    public void Clear()
    {
        _values.Clear();
        _parts.Clear();
    }

    /// <summary>Whether a value agrees with those that were added before.</summary>
    public bool Add(Term term, ulong value)
    {
        switch (term)
        {
            case Term.Constant constant:
                return constant.Number == value;
            case Term.Sum sum:
                return Bind(term, value) && Add(sum.Inner, value - sum.Addend);
            case Term.Extended or Term.ShiftedLeft:
                _parts.Add((term, value));
                break;
        }

        return Bind(term, value);
    }

    /// <summary>Whether parts of values agree with these, after all were added.</summary>
    public bool PartsAgree()
    {
        foreach ((Term term, ulong value) in _parts)
        {
            if (Evaluate(term) is { } expected && expected != value)
            {
                return false;
            }
        }

        return true;
    }

    private bool Bind(Term term, ulong value) => _values.TryAdd(term, value) || _values[term] == value;

    private ulong? Evaluate(Term term) => term switch
    {
        Term.Constant constant => constant.Number,
        Term.Sum sum => Known(sum.Inner) + sum.Addend,
        Term.Extended { IsSigned: true } extended => (ulong?)((long?)(Known(extended.Inner) << (64 - extended.Bits)) >> (64 - extended.Bits)),
        Term.Extended extended => Known(extended.Inner) << (64 - extended.Bits) >> (64 - extended.Bits),
        Term.ShiftedLeft shifted => Known(shifted.Inner) << shifted.Count << (64 - shifted.Width) >> (64 - shifted.Width),
        _ => null,
    };

    private ulong? Known(Term term) => _values.TryGetValue(term, out ulong value) ? value : Evaluate(term);
}
