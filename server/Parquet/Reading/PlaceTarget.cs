using NearData.Parquet.Encodings;
using NearData.Parquet.Values;

namespace NearData.Parquet.Reading;

/// <summary>Where rows' bytes are: in the chunk's dictionary, or in a batch that gets those which no dictionary has.</summary>
/// <param name="decoders">Decode them.</param>
/// <param name="places">One for each row that is read.</param>
/// <param name="batch">Gets the values that aren't in the dictionary.</param>
/// <param name="wanted">Which of the rows are wanted.</param>
internal readonly ref struct PlaceTarget(ByteArrayDecoders decoders, Span<BytesPlace> places, ByteArrayBatch batch, RowChoice wanted) : IRowTarget
{
    private readonly Span<BytesPlace> _places = places;
    private readonly RowChoice _wanted = wanted;

    public bool CanRead => true;

    public bool Wants(int first, int count) => !_wanted.Slice(first, count).IsNone;

    public bool KnowsNulls => false;

    public void Read(int first, int count) => decoders.Locate(_places.Slice(first, count), batch, _wanted.Slice(first, count));

    public void Read(int first, ReadOnlySpan<byte> validity, int present)
    {
        Span<BytesPlace> part = _places.Slice(first, validity.Length);
        // As of numbers: which values are wanted is only known by spreading all of them.
        decoders.Locate(part[..present], batch, RowChoice.All);
        NullSpread.Apply(part, validity, present);
    }
}
