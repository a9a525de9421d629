namespace NearData.Parquet.Pages;

/// <summary>The encoded values of one page, uncompressed; valid until the next page is opened.</summary>
internal readonly record struct PageValues(ReadOnlyMemory<byte> Bytes, PagePlace Place);
