namespace NearData.Client.Tests.Rows;

/// <summary>A row with a property of each kind that queries know, and of some that they don't.</summary>
public sealed record Item
{
    public int Id { get; init; }

    public short Small { get; init; }

    public byte Tiny { get; init; }

    public uint Unsigned { get; init; }

    public long Big { get; init; }

    public ulong Huge { get; init; }

    public bool Flag { get; init; }

    [Column("l_price")]
    public decimal Price { get; init; }

    public decimal Discount { get; init; }

    public decimal FineGrained { get; init; }

    public DateOnly ShipDate { get; init; }

    public DateTime Created { get; init; }

    public DateTime Updated { get; init; }

    public DateTime Measured { get; init; }

    public int? MaybeId { get; init; }

    public long? MaybeBig { get; init; }

    public decimal? MaybePrice { get; init; }

    public bool? MaybeFlag { get; init; }

    public DateOnly? MaybeDate { get; init; }

    public string Comment { get; init; } = "";

    public double Ratio { get; init; }

    public int Absent { get; init; }
}
