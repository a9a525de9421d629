namespace NearData.Parquet.Writing;

/// <summary>How byte arrays compare.</summary>
internal enum BytesOrder
{
    /// <summary>Byte by byte, a prefix first: text and binary.</summary>
    Unsigned,

    /// <summary>As big-endian two's complement numbers: decimals.</summary>
    Signed,
}
