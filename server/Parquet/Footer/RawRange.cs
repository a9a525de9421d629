namespace NearData.Parquet.Footer;

/// <summary>An offset and a length as the footer holds them, both 0 when it doesn't, before they are checked.</summary>
internal record struct RawRange(long Offset, int Length);
