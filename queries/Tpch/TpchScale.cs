namespace NearData.Queries.Tpch;

/// <summary>How many rows a scale factor gives, and the key formulas that depend on it (TPC-H 4.2.5 and 4.2.3).</summary>
public sealed class TpchScale
{
    /// <summary>The largest scale factor of the specification (4.1.3.1).</summary>
    public const double MaximumFactor = 100_000;

    /// <summary>Suppliers that offer one part.</summary>
    public const int SuppliersPerPart = 4;

    /// <param name="factor">Above 0, at most <see cref="MaximumFactor"/>; fractions scale every table down.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is outside its range or not a number.</exception>
    public TpchScale(double factor)
    {
        if (!(factor > 0 && factor <= MaximumFactor))
        {
            throw new ArgumentOutOfRangeException(
                nameof(factor), factor, $"A scale factor lies above 0 and at most {MaximumFactor}.");
        }

        Factor = factor;
        Parts = Scaled(200_000);
        Customers = Scaled(150_000);
        Orders = Scaled(1_500_000);
        Clerks = Scaled(1_000);
        RemarkedSuppliers = Scaled(5);
        Suppliers = SmallestFittingSuppliers(Scaled(10_000), Parts);
    }

    /// <summary>The scale factor; 1 is about 1 GB of text.</summary>
    public double Factor { get; }

    /// <summary>
    /// Rows of supplier: 10,000 per scale factor. Below 0.03 some counts would make the formula of
    /// <see cref="SupplierOf"/> name one supplier twice for a part; then it is the next count that doesn't.
    /// </summary>
    public long Suppliers { get; }

    /// <summary>Rows of part: 200,000 per scale factor.</summary>
    public long Parts { get; }

    /// <summary>Rows of customer: 150,000 per scale factor.</summary>
    public long Customers { get; }

    /// <summary>Rows of orders: 1,500,000 per scale factor.</summary>
    public long Orders { get; }

    /// <summary>Clerks that orders name: 1,000 per scale factor.</summary>
    public long Clerks { get; }

    /// <summary>Suppliers that customers complain of, and as many that they recommend: 5 per scale factor, at least 1.</summary>
    public long RemarkedSuppliers { get; }

    /// <summary>
    /// The order's key: the first 8 of each 32 keys are used, so that a quarter of the range is populated (4.2.3, O_ORDERKEY).
    /// </summary>
    /// <param name="order">The order's number, from 1.</param>
    public static long OrderKey(long order) => (order >> 3 << 5) | (order & 7);

    /// <summary>The part's retail price in cents (4.2.3, P_RETAILPRICE).</summary>
    public static long RetailPrice(long part) => 90_000 + (part / 10 % 20_001) + (100 * (part % 1_000));

    /// <summary>One of the suppliers that offer a part (4.2.3, PS_SUPPKEY and L_SUPPKEY).</summary>
    /// <param name="part">The part's key.</param>
    /// <param name="choice">Which of the four: 0 to 3.</param>
    public long SupplierOf(long part, int choice) => SupplierOf(part, choice, Suppliers);

    private static long SupplierOf(long part, int choice, long suppliers) =>
        ((part + (choice * ((suppliers / SuppliersPerPart) + ((part - 1) / suppliers)))) % suppliers) + 1;

    private static long SmallestFittingSuppliers(long suppliers, long parts)
    {
        while (!GivesFourSuppliersToEveryPart(suppliers, parts))
        {
            suppliers++;
        }

        return suppliers;
    }

    // The distance between a part's suppliers changes only once every `suppliers` parts, about twenty times in all.
    private static bool GivesFourSuppliersToEveryPart(long suppliers, long parts)
    {
        for (long part = 1; part <= parts; part += suppliers)
        {
            long first = part;
            IEnumerable<int> choices = Enumerable.Range(0, SuppliersPerPart);
            if (choices.DistinctBy(choice => SupplierOf(first, choice, suppliers)).Count() < SuppliersPerPart)
            {
                return false;
            }
        }

        return true;
    }

    private long Scaled(long rowsPerFactor) => Math.Max(1, (long)Math.Round(Factor * rowsPerFactor));
}
