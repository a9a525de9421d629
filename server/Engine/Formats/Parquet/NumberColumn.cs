using System.Numerics;
using NearData.Engine.Binding;
using NearData.Engine.Pruning;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.Parquet.Values;

namespace NearData.Engine.Formats.Parquet;

/// <summary>A column chunk that is decoded as <typeparamref name="T"/>.</summary>
internal sealed class NumberColumn<T>(FieldBinding binding, ColumnReader reader) : CodedColumn<T>(binding, reader)
    where T : unmanaged, INumber<T>
{
    /// <summary>
    /// The most entries of a dictionary that are decided one by one: with more, most rows have values of their own.
    /// </summary>
    private const int MostEntries = 1 << 16;

    private long[] _entries = [];

    // Ranges of values are those of 64 signed bits, or of places in the order of doubles.
    protected override bool CanBeGuarded => typeof(T) != typeof(ulong) && typeof(T) != typeof(Int128);

    protected override ReadOnlySpan<T> Dictionary => Reader.Dictionary<T>();

    protected override int ReadCodes(RowCodes codes, int count, Span<byte> validity) => Reader.ReadCodes<T>(codes, count, validity);

    protected override void Read(Span<T> values, Span<byte> validity) => Reader.Read(values, validity);

    protected override void Read(Span<T> values, Span<byte> validity, ReadOnlySpan<int> rows, ChoiceGrain grain) => Reader.Read(values, validity, rows, grain);

    // Only fields of 64-bit integers have such values in a batch.
    protected override ReadOnlySpan<int> NarrowDictionary(NarrowNumbers range) => Reader.NarrowDictionary<T>(range);

    protected override bool ReadNarrow(Span<int> narrow, Span<T> values, Span<byte> validity, NarrowNumbers range) =>
        Reader.ReadNarrow(narrow, values, validity, range);

    protected override CodeTable? Tabulate(FilterGuards guards, CodeTable? used)
    {
        ReadOnlySpan<T> dictionary = Dictionary[..^1];
        if (dictionary.Length > MostEntries)
        {
            return null;
        }

        if (_entries.Length < dictionary.Length)
        {
            _entries = new long[dictionary.Length];
        }

        for (int code = 0; code < dictionary.Length; code++)
        {
            _entries[code] = typeof(T) == typeof(double) ? Float64Order.ToKey(double.CreateTruncating(dictionary[code])) : long.CreateTruncating(dictionary[code]);
        }

        return guards.Tabulate(Field, _entries.AsSpan(0, dictionary.Length), Binding.RowField.IsNullable, used);
    }
}
