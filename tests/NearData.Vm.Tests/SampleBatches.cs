using System.Numerics;

namespace NearData.Vm.Tests;

/// <summary>
/// Batches of <see cref="SampleRow"/> to run many programs over: random ones with nulls and extremes, and ones of nothing but one extreme, whose
/// sums leave 64 bits. Not thread-safe.
/// </summary>
internal sealed class SampleBatches : IDisposable
{
    private const int Capacity = 100;

    private static readonly int[] Counts = [0, 1, 37, Capacity];

    private readonly RecordBatch[] _random;
    private readonly RecordBatch[] _extreme;

    public SampleBatches()
    {
        Random random = new(1);
        _random = [.. Enumerable.Range(0, 24).Select(number => SampleRow.Batch(random, Capacity, Counts[number % Counts.Length]))];
        _extreme = [Same(isLeast: true), Same(isLeast: false)];
    }

    /// <summary>Three of them: two random ones of different lengths, and an extreme one.</summary>
    public IEnumerable<RecordBatch> Some(Random random)
    {
        int first = random.Next(_random.Length);
        return [_random[first], _random[(first + 1) % _random.Length], _extreme[random.Next(_extreme.Length)]];
    }

    public void Dispose()
    {
        foreach (RecordBatch batch in _random.Concat(_extreme))
        {
            batch.Dispose();
        }
    }

    private static RecordBatch Same(bool isLeast)
    {
        RecordBatch batch = new(SampleRow.Layout, SampleRow.AllFields, Capacity) { Count = Capacity };
        Fill<long>(batch, 0, isLeast);
        Fill<ulong>(batch, 1, isLeast);
        Fill<long>(batch, SampleRow.Nullable, isLeast);
        batch.Validity(SampleRow.Nullable).Fill(1);
        Fill<int>(batch, 3, isLeast);
        Fill<uint>(batch, 4, isLeast);
        Fill<short>(batch, 5, isLeast);
        Fill<ushort>(batch, 6, isLeast);
        Fill<sbyte>(batch, 7, isLeast);
        Fill<byte>(batch, 8, isLeast);
        batch.Values<byte>(9).Fill(isLeast ? (byte)0 : (byte)1);
        return batch;
    }

    private static void Fill<T>(RecordBatch batch, int field, bool isLeast)
        where T : unmanaged, IMinMaxValue<T> => batch.Values<T>(field).Fill(isLeast ? T.MinValue : T.MaxValue);
}
