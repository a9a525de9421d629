using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Vm;

/// <summary>
/// Fields of 64-bit integers whose values may come in 32 bits, and the range that all of them, zero for nulls too, are in then. Code is made for
/// ranges, so they are rounded up to powers of two: then the same code serves other data of the same kind. Immutable, equal by content.
/// </summary>
public sealed class NarrowColumns : IEquatable<NarrowColumns>
{
    private readonly ImmutableSortedDictionary<int, NumberRange> _ranges;

    private NarrowColumns(ImmutableSortedDictionary<int, NumberRange> ranges) => _ranges = ranges;

    /// <summary>No field.</summary>
    public static NarrowColumns None { get; } = new(ImmutableSortedDictionary<int, NumberRange>.Empty);

    public bool IsEmpty => _ranges.IsEmpty;

    /// <summary>The fields, ascending.</summary>
    public IEnumerable<int> Fields => _ranges.Keys;

    /// <summary>Those fields of a row that are 64-bit integers and have so narrow ranges.</summary>
    /// <param name="row">The row.</param>
    /// <param name="ranges">What is thought of the values of some fields; whoever fills a batch checks each value.</param>
    public static NarrowColumns Of(RowLayout row, IEnumerable<KeyValuePair<int, NumberRange>> ranges) => new(
        ranges.Where(known => row.Fields[known.Key].Type is FieldType.Int64 or FieldType.UInt64)
            .Select(known => KeyValuePair.Create(known.Key, RoundUp(known.Value)))
            .Where(known => known.Value.IsWithin(int.MinValue, int.MaxValue))
            .ToImmutableSortedDictionary());

    /// <summary>What a field's values are in where they come in 32 bits; null where they never do.</summary>
    public NumberRange? RangeOf(int field) => _ranges.TryGetValue(field, out NumberRange range) ? range : null;

    /// <summary>Those of some fields.</summary>
    public NarrowColumns Among(IReadOnlyCollection<int> fields) => new(_ranges.RemoveRange(_ranges.Keys.Where(field => !fields.Contains(field))));

    public bool Equals(NarrowColumns? other) => other is not null && _ranges.SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as NarrowColumns);

    public override int GetHashCode() => _ranges.Aggregate(0, HashCode.Combine);

    private static NumberRange RoundUp(NumberRange range)
    {
        // Of a number below zero the inverted one has as many bits as it needs beside its sign.
        long magnitude = long.Max(range.Maximum, ~long.Min(range.Minimum, -1));
        long most = magnitude <= 0 ? 0 : (long)(ulong.MaxValue >> (int)long.LeadingZeroCount(magnitude));
        return new NumberRange(range.Minimum < 0 ? ~most : 0, most);
    }
}
