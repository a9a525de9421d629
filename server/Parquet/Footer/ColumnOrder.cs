namespace NearData.Parquet.Footer;

/// <summary>How a column's bounds were compared (parquet.thrift, ColumnOrder).</summary>
internal enum ColumnOrder
{
    /// <summary>The file doesn't say, or says something unknown.</summary>
    Undefined,

    /// <summary>As the column's logical type, or else its physical type, defines.</summary>
    ByType,
}
