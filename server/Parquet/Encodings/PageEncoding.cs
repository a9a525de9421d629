namespace NearData.Parquet.Encodings;

/// <summary>How a page's values or levels are encoded (parquet.thrift, Encoding).</summary>
public enum PageEncoding
{
    Plain = 0,
    PlainDictionary = 2,
    Rle = 3,
    BitPacked = 4,
    DeltaBinaryPacked = 5,
    DeltaLengthByteArray = 6,
    DeltaByteArray = 7,
    RleDictionary = 8,
    ByteStreamSplit = 9,
}
