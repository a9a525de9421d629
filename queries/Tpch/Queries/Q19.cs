using NearData.Client;
using NearData.Queries.Tpch.Rows;

namespace NearData.Queries.Tpch.Queries;

/// <summary>What Q19 asks of one of its three brands.</summary>
/// <param name="Brand">The parts' brand.</param>
/// <param name="Quantity">The least quantity of a line; the greatest is ten more.</param>
public sealed record WantedBrand(string Brand, decimal Quantity);

/// <summary>TPC-H Q19, discounted revenue (2.4.19), pushed down in two stages: the parts, and the lines that were handed over in person.</summary>
public static class Q19
{
    /// <summary>The brands of the validation values (2.4.19.3), in small, medium and large containers.</summary>
    public static (WantedBrand Small, WantedBrand Medium, WantedBrand Large) Brands { get; } = (new("Brand#12", 1), new("Brand#23", 10), new("Brand#34", 20));

    /// <summary>The revenue, over datasets with the tables' columns.</summary>
    public static Task<decimal> RevenueAsync(
        Dataset<Part> parts, Dataset<LineItem> lines, WantedBrand small, WantedBrand medium, WantedBrand large, CancellationToken cancellation = default)
    {
        return lines.Where(l => l.ShipInstruct == "DELIVER IN PERSON" && (l.ShipMode == "AIR" || l.ShipMode == "AIR REG"))
            .Join(parts, l => l.PartKey, p => p.PartKey, (l, p) => new { Line = l, Part = p })
            .Where(x =>
                (x.Part.Brand == small.Brand
                    && (x.Part.Container == "SM CASE" || x.Part.Container == "SM BOX" || x.Part.Container == "SM PACK" || x.Part.Container == "SM PKG")
                    && x.Part.Size >= 1 && x.Part.Size <= 5
                    && x.Line.Quantity >= small.Quantity && x.Line.Quantity <= small.Quantity + 10)
                || (x.Part.Brand == medium.Brand
                    && (x.Part.Container == "MED BAG" || x.Part.Container == "MED BOX" || x.Part.Container == "MED PKG" || x.Part.Container == "MED PACK")
                    && x.Part.Size >= 1 && x.Part.Size <= 10
                    && x.Line.Quantity >= medium.Quantity && x.Line.Quantity <= medium.Quantity + 10)
                || (x.Part.Brand == large.Brand
                    && (x.Part.Container == "LG CASE" || x.Part.Container == "LG BOX" || x.Part.Container == "LG PACK" || x.Part.Container == "LG PKG")
                    && x.Part.Size >= 1 && x.Part.Size <= 15
                    && x.Line.Quantity >= large.Quantity && x.Line.Quantity <= large.Quantity + 10))
            .SumAsync(x => x.Line.ExtendedPrice * (1 - x.Line.Discount), cancellation);
    }
}
