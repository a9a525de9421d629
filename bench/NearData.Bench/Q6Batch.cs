using NearData.Vm;

namespace NearData.Bench;

/// <summary>One batch of lineitem's columns that Q6 reads, with the selectivity of TPC-H's data.</summary>
internal sealed class Q6Batch : IDisposable
{
    public const int Count = 16_384;

    public Q6Batch()
    {
        Random random = new(6);
        for (int record = 0; record < Count; record++)
        {
            Quantity[record] = random.Next(1, 51) * 100;
            Price[record] = random.Next(90_000, 10_500_000);
            Discount[record] = random.Next(0, 11);
            ShipDate[record] = random.Next(8036, 10_562);
        }

        Records = Batch(NarrowColumns.None);
        Narrow = Batch(Columns);
        foreach ((int field, long[] values) in ((int, long[])[])[(Q6Program.Quantity, Quantity), (Q6Program.Price, Price), (Q6Program.Discount, Discount)])
        {
            Narrow.Narrow(field)!.IsUsed = true;
            for (int record = 0; record < Count; record++)
            {
                Narrow.Narrow(field)!.Values[record] = (int)values[record];
            }
        }
    }

    /// <summary>What a file's statistics say of the three decimals.</summary>
    public static NarrowColumns Columns { get; } = NarrowColumns.Of(Q6Program.Row, [
        new(Q6Program.Quantity, new(100, 5_000)), new(Q6Program.Price, new(90_000, 10_500_000)), new(Q6Program.Discount, new(0, 10))]);

    private RecordBatch Batch(NarrowColumns narrow)
    {
        RecordBatch batch = new(Q6Program.Row, [0, 1, 2, 3], Count, narrow: narrow) { Count = Count };
        Quantity.CopyTo(batch.Values<long>(Q6Program.Quantity));
        Price.CopyTo(batch.Values<long>(Q6Program.Price));
        Discount.CopyTo(batch.Values<long>(Q6Program.Discount));
        ShipDate.CopyTo(batch.Values<int>(Q6Program.ShipDate));
        return batch;
    }

    /// <summary>Columns of 64 bits but for the date.</summary>
    public RecordBatch Records { get; }

    /// <summary>The same with all columns in 32 bits.</summary>
    public RecordBatch Narrow { get; }

    public long[] Quantity { get; } = new long[Count];

    public long[] Price { get; } = new long[Count];

    public long[] Discount { get; } = new long[Count];

    public int[] ShipDate { get; } = new int[Count];

    public void Dispose()
    {
        Records.Dispose();
        Narrow.Dispose();
    }
}
