using NearData.Parquet.Encodings;
using NearData.Parquet.Values;

namespace NearData.Parquet.Reading;

/// <summary>Numbers, one for each row: a null row has the default value.</summary>
/// <param name="decoders">Decode them.</param>
/// <param name="values">One for each row that is read.</param>
/// <param name="wanted">Which of the rows are wanted.</param>
internal readonly ref struct NumberTarget<T>(NumberDecoders<T> decoders, Span<T> values, RowChoice wanted) : IRowTarget
    where T : unmanaged
{
    private readonly Span<T> _values = values;
    private readonly RowChoice _wanted = wanted;

    public bool CanRead => true;

    public bool Wants(int first, int count) => !_wanted.Slice(first, count).IsNone;

    public bool KnowsNulls => false;

    public void Read(int first, int count) => decoders.Read(_values.Slice(first, count), _wanted.Slice(first, count));

    public void Read(int first, ReadOnlySpan<byte> validity, int present)
    {
        // Which of the values that are there are wanted is only known by spreading all of them.
        Span<T> part = _values.Slice(first, validity.Length);
        decoders.Read(part[..present], RowChoice.All);
        NullSpread.Apply(part, validity, present);
    }
}
