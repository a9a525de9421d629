namespace NearData.Parquet.Encodings;

/// <summary>How many bits a level takes: as many as the highest one needs (Encodings.md, RLE).</summary>
internal static class LevelWidth
{
    public static int Of(int maximum) => maximum == 0 ? 0 : int.Log2(maximum) + 1;
}
