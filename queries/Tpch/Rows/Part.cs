using NearData.Client;

namespace NearData.Queries.Tpch.Rows;

/// <summary>A row of part (TPC-H 1.4.1) for typed queries.</summary>
public sealed record Part
{
    [Column("p_partkey")]
    public long PartKey { get; init; }

    [Column("p_name")]
    public string Name { get; init; } = "";

    [Column("p_mfgr")]
    public string Mfgr { get; init; } = "";

    [Column("p_brand")]
    public string Brand { get; init; } = "";

    [Column("p_type")]
    public string Type { get; init; } = "";

    [Column("p_size")]
    public int Size { get; init; }

    [Column("p_container")]
    public string Container { get; init; } = "";

    [Column("p_retailprice")]
    public decimal RetailPrice { get; init; }

    [Column("p_comment")]
    public string Comment { get; init; } = "";
}
