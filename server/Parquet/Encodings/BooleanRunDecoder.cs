using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>
/// RLE booleans: a 32-bit length, then runs of one-bit values, which look just like the levels of a version 1 page.
/// </summary>
internal sealed class BooleanRunDecoder : ValueDecoder<byte>
{
    private readonly RunLevelDecoder _runs = new(maximum: 1, "booleans");

    public override void Initialize(PageValues page) => _runs.Initialize(PrefixedBytes.Cut(page, out _));

    public override void Read(Span<byte> values) => _runs.Read(values);

    public override void Skip(int count) => _runs.Skip(count);
}
