using NearData.Isa.Programs;
using NearData.Verifier.Domains;

namespace NearData.Verifier;

/// <summary>Which of some records have no value in a column.</summary>
public enum NullPresence
{
    None,
    Some,
    All,
}

/// <summary>What is known of a row's field in some records, such as a row group's statistics tell.</summary>
/// <param name="Minimum">No value is less. A null isn't counted as one. Doubles go by their places in <see cref="Float64Order"/>; of text these two say nothing.</param>
/// <param name="Maximum">No value is greater.</param>
/// <param name="Nulls">Which records have none.</param>
public readonly record struct FieldRange(Int128 Minimum, Int128 Maximum, NullPresence Nulls)
{
    /// <summary>Whether there may be NaN beside doubles between the bounds.</summary>
    public bool MayBeNaN { get; init; }

    /// <summary>Between which texts a field of text lies; null where that isn't known.</summary>
    public TextRange? Texts { get; init; }

    /// <summary>Of records that have no value: an empty text, and zero.</summary>
    public static FieldRange Null { get; } = new(0, 0, NullPresence.All) { Texts = TextRange.Empty };

    /// <summary>Of a field of text that holds the same in all records.</summary>
    public static FieldRange Of(ReadOnlyMemory<byte> text) => Of(TextRange.Of(text), NullPresence.None);

    /// <summary>Of a field of text.</summary>
    public static FieldRange Of(TextRange? texts, NullPresence nulls) => new(0, 0, nulls) { Texts = texts };

    /// <summary>What a field's type says of it, whatever the records.</summary>
    public static FieldRange Of(FieldType type) => new(type.Minimum(), type.Maximum(), NullPresence.Some);

    /// <summary>What its validity byte can be.</summary>
    internal Scalar Validity => Nulls switch
    {
        NullPresence.None => Scalar.Constant(1),
        NullPresence.All => Scalar.Zero,
        _ => Scalar.Between(0, 1),
    };

    // Of NaN there are many, and of a place before or behind all there is none.
    private Scalar Bits => Nulls == NullPresence.None && !MayBeNaN && Minimum == Maximum && Minimum >= Float64Order.Least && Minimum < Float64Order.Greatest
        ? Scalar.Constant(BitConverter.DoubleToInt64Bits(Float64Order.ToDouble((long)Minimum)))
        : Scalar.Unknown;

    /// <summary>What the field can hold, as 64 bits: sign-extended where its type is signed. A null's value is zero (docs/abi.md).</summary>
    internal Scalar Values(RowField field)
    {
        if (Nulls == NullPresence.All)
        {
            return Scalar.Zero;
        }

        if (field.Type == FieldType.Float64)
        {
            return Bits;
        }

        // A range that no value of the type lies in is a mistake of whoever gave it.
        Int128 minimum = Int128.Max(Minimum, field.Type.Minimum());
        Int128 maximum = Int128.Min(Maximum, field.Type.Maximum());
        if (minimum > maximum)
        {
            (minimum, maximum) = (field.Type.Minimum(), field.Type.Maximum());
        }

        Scalar present = field.Type.IsSigned()
            ? Scalar.Between((long)minimum, (long)maximum)
            : Scalar.Of(Word<ulong, long>.FromUnsigned(new((ulong)minimum, (ulong)maximum)), Word<uint, int>.Unknown);
        return Nulls == NullPresence.None ? present : present.Join(Scalar.Zero);
    }
}
