using NearData.Parquet.Encodings;
using NearData.Parquet.Values;

namespace NearData.Parquet.Reading;

/// <summary>Codes of the chunk's dictionary, one for each row: of pages that have codes.</summary>
/// <param name="decoders">Know the page's codes.</param>
/// <param name="codes">Gets one for each row.</param>
internal readonly ref struct CodeTarget(DecoderSet decoders, RowCodes codes) : IRowTarget
{
    public bool CanRead => decoders.Codes is not null;

    public bool Wants(int first, int count) => true;

    public bool KnowsNulls => false;

    public void Read(int first, int count) => decoders.Codes!.Read(codes, count);

    public void Read(int first, ReadOnlySpan<byte> validity, int present)
    {
        if (present == 0)
        {
            codes.AddRun(decoders.CodeOfNull, validity.Length);
            return;
        }

        Span<uint> part = codes.Add(validity.Length);
        decoders.Codes!.Read(part[..present]);
        NullSpread.Apply(part, validity, present, decoders.CodeOfNull);
    }
}
