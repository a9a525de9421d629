using NearData.Parquet.Encodings;
using NearData.Parquet.Values;

namespace NearData.Parquet.Reading;

/// <summary>Codes of the chunk's dictionary, one for each row: of pages that have codes.</summary>
/// <param name="decoders">Know the page's codes.</param>
/// <param name="codes">One for each row that is read.</param>
internal readonly ref struct CodeTarget(DecoderSet decoders, Span<uint> codes) : IRowTarget
{
    private readonly Span<uint> _codes = codes;

    public bool CanRead => decoders.Codes is not null;

    public bool KnowsNulls => false;

    public void Read(int first, int count) => decoders.Codes!.Read(_codes.Slice(first, count));

    public void Read(int first, ReadOnlySpan<byte> validity, int present)
    {
        Span<uint> part = _codes.Slice(first, validity.Length);
        decoders.Codes!.Read(part[..present]);
        NullSpread.Apply(part, validity, present, decoders.CodeOfNull);
    }
}
