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

        Records = new RecordBatch(Q6Program.Row, [0, 1, 2, 3], Count) { Count = Count };
        Quantity.CopyTo(Records.Values<long>(Q6Program.Quantity));
        Price.CopyTo(Records.Values<long>(Q6Program.Price));
        Discount.CopyTo(Records.Values<long>(Q6Program.Discount));
        ShipDate.CopyTo(Records.Values<int>(Q6Program.ShipDate));
    }

    public RecordBatch Records { get; }

    public long[] Quantity { get; } = new long[Count];

    public long[] Price { get; } = new long[Count];

    public long[] Discount { get; } = new long[Count];

    public int[] ShipDate { get; } = new int[Count];

    public void Dispose() => Records.Dispose();
}
