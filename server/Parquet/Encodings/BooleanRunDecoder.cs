using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>
/// RLE booleans: a 32-bit length, then runs of one-bit values, which look just like the levels of a version 1 page.
/// </summary>
internal sealed class BooleanRunDecoder : ValueDecoder<byte>
{
    private readonly LevelDecoder _runs = new();

    public override void Initialize(PageValues page) => _runs.Initialize(LevelDecoder.CutPrefixed(page, out _));

    public override void Read(Span<byte> values) => _runs.Read(values);

    public override void Skip(int count) => _runs.Skip(count);
}
