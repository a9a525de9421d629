using NearData.Engine.Binding;
using NearData.Isa.Programs;
using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>
/// The few values that a filter wants a field to equal, where it wants that: no row with another value is kept, whatever the other fields hold. Numbers
/// are found by halving the field's range as long as a half can be kept, texts by trying those that the filter compares with. Asked for where a file
/// can say that it doesn't have a value. One thread.
/// </summary>
internal sealed class EqualityValues(FilterDecisions decisions)
{
    /// <summary>More values than these are hardly all missing from a row group.</summary>
    private const int MostValues = 16;

    /// <summary>Analyses for one field, some milliseconds: halving a range of 64 bits down to one value takes 128.</summary>
    private const int MostAnalyses = 512;

    private readonly Dictionary<int, long[]?> _known = [];
    private readonly Dictionary<int, ReadOnlyMemory<byte>[]?> _texts = [];

    /// <summary>A field's texts; null where they aren't few, or a null is kept too.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? TextsOf(FieldBinding binding)
    {
        if (!_texts.TryGetValue(binding.Field, out ReadOnlyMemory<byte>[]? texts))
        {
            texts = FindTexts(binding);
            _texts.Add(binding.Field, texts);
        }

        return texts;
    }

    /// <summary>A field's values, ascending, doubles by their places in their order; null where they aren't few, or a null is kept too.</summary>
    public IReadOnlyList<long>? Of(FieldBinding binding)
    {
        if (!_known.TryGetValue(binding.Field, out long[]? values))
        {
            values = Find(binding);
            _known.Add(binding.Field, values);
        }

        return values;
    }

    private long[]? Find(FieldBinding binding)
    {
        FieldType type = binding.RowField.Type;
        if (type is not (FieldType.Int8 or FieldType.Int16 or FieldType.Int32 or FieldType.Int64 or FieldType.UInt8 or FieldType.UInt16 or FieldType.UInt32 or FieldType.Float64)
            || !AreNullsDropped(binding))
        {
            return null;
        }

        (Int128 least, Int128 most) = binding.Column.Range is var (minimum, maximum) ? (minimum, maximum) : (type.Minimum(), type.Maximum());
        List<long> values = [];
        Stack<(Int128 Least, Int128 Most)> open = new([(least, most)]);
        for (int analyses = 0; open.TryPop(out (Int128 Least, Int128 Most) range); analyses++)
        {
            if (analyses == MostAnalyses || values.Count > MostValues)
            {
                return null;
            }

            if (IsDropped(binding, new FieldRange(range.Least, range.Most, NullPresence.None)))
            {
                continue;
            }

            if (range.Least == range.Most)
            {
                values.Add((long)range.Least);
                continue;
            }

            Int128 middle = range.Least + (range.Most - range.Least) / 2;
            open.Push((middle + 1, range.Most));
            open.Push((range.Least, middle));
        }

        return values.Count <= MostValues ? [.. values] : null;
    }

    /// <summary>Between the texts that the filter compares with there must be none that it keeps.</summary>
    private ReadOnlyMemory<byte>[]? FindTexts(FieldBinding binding)
    {
        ReadOnlyMemory<byte>[] compared = [.. decisions.TextsComparedWith(binding.Field)];
        if (compared.Length is 0 or > MostValues || !AreNullsDropped(binding))
        {
            return null;
        }

        Array.Sort(compared, static (left, right) => left.Span.SequenceCompareTo(right.Span));
        ReadOnlyMemory<byte> behind = default;
        foreach (ReadOnlyMemory<byte> text in compared)
        {
            if (!IsDropped(binding, TextRange.Between(behind, text)))
            {
                return null;
            }

            behind = TextRange.Next(text);
        }

        return IsDropped(binding, TextRange.Between(behind, limit: null)) ? [.. compared.Where(text => !IsDropped(binding, TextRange.Of(text)))] : null;
    }

    private bool AreNullsDropped(FieldBinding binding) => !binding.RowField.IsNullable || IsDropped(binding, FieldRange.Null);

    /// <param name="binding">The field's.</param>
    /// <param name="texts">Null for none.</param>
    private bool IsDropped(FieldBinding binding, TextRange? texts) => texts is null || IsDropped(binding, FieldRange.Of(texts, NullPresence.None));

    private bool IsDropped(FieldBinding binding, FieldRange range) =>
        decisions.DecideOnce(new Dictionary<int, FieldRange> { [binding.Field] = range }) == FilterOutcome.DropsAll;
}
