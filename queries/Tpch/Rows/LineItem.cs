using System.ComponentModel.DataAnnotations;
using NearData.Client;

namespace NearData.Queries.Tpch.Rows;

/// <summary>A row of lineitem (TPC-H 1.4.1) for typed queries.</summary>
public sealed record LineItem
{
    [Column("l_orderkey")]
    public long OrderKey { get; init; }

    [Column("l_partkey")]
    public long PartKey { get; init; }

    [Column("l_suppkey")]
    public long SuppKey { get; init; }

    [Column("l_linenumber")]
    public long LineNumber { get; init; }

    [Column("l_quantity")]
    public decimal Quantity { get; init; }

    /// <summary>Quantity times the part's retail price, in dollars.</summary>
    [Column("l_extendedprice")]
    public decimal ExtendedPrice { get; init; }

    /// <summary>A fraction: 0.00 to 0.10.</summary>
    [Column("l_discount")]
    public decimal Discount { get; init; }

    /// <summary>A fraction: 0.00 to 0.08.</summary>
    [Column("l_tax")]
    public decimal Tax { get; init; }

    /// <summary><c>R</c>, <c>A</c> or <c>N</c>.</summary>
    [Column("l_returnflag")]
    [MaxLength(1)]
    public string ReturnFlag { get; init; } = "";

    /// <summary><c>O</c> or <c>F</c>.</summary>
    [Column("l_linestatus")]
    [MaxLength(1)]
    public string LineStatus { get; init; } = "";

    [Column("l_shipdate")]
    public DateOnly ShipDate { get; init; }

    [Column("l_commitdate")]
    public DateOnly CommitDate { get; init; }

    [Column("l_receiptdate")]
    public DateOnly ReceiptDate { get; init; }

    [Column("l_shipinstruct")]
    public string ShipInstruct { get; init; } = "";

    [Column("l_shipmode")]
    public string ShipMode { get; init; } = "";

    [Column("l_comment")]
    public string Comment { get; init; } = "";
}
