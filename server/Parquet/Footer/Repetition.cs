namespace NearData.Parquet.Footer;

/// <summary>How often a schema node occurs in its parent (parquet.thrift, FieldRepetitionType).</summary>
internal enum Repetition
{
    Required = 0,
    Optional = 1,
    Repeated = 2,
}
