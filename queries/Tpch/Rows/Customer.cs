using NearData.Client;

namespace NearData.Queries.Tpch.Rows;

/// <summary>A row of customer (TPC-H 1.4.1) for typed queries.</summary>
public sealed record Customer
{
    [Column("c_custkey")]
    public long CustKey { get; init; }

    [Column("c_name")]
    public string Name { get; init; } = "";

    [Column("c_address")]
    public string Address { get; init; } = "";

    [Column("c_nationkey")]
    public int NationKey { get; init; }

    [Column("c_phone")]
    public string Phone { get; init; } = "";

    [Column("c_acctbal")]
    public decimal AcctBal { get; init; }

    [Column("c_mktsegment")]
    public string MktSegment { get; init; } = "";

    [Column("c_comment")]
    public string Comment { get; init; } = "";
}
