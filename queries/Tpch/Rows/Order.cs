using NearData.Client;

namespace NearData.Queries.Tpch.Rows;

/// <summary>A row of orders (TPC-H 1.4.1) for typed queries.</summary>
public sealed record Order
{
    [Column("o_orderkey")]
    public long OrderKey { get; init; }

    [Column("o_custkey")]
    public long CustKey { get; init; }

    [Column("o_orderstatus")]
    public string OrderStatus { get; init; } = "";

    [Column("o_totalprice")]
    public decimal TotalPrice { get; init; }

    [Column("o_orderdate")]
    public DateOnly OrderDate { get; init; }

    [Column("o_orderpriority")]
    public string OrderPriority { get; init; } = "";

    [Column("o_clerk")]
    public string Clerk { get; init; } = "";

    [Column("o_shippriority")]
    public int ShipPriority { get; init; }

    [Column("o_comment")]
    public string Comment { get; init; } = "";
}
