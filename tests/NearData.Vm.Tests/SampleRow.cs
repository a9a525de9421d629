using System.Collections.Immutable;
using System.Numerics;
using NearData.Isa.Programs;

namespace NearData.Vm.Tests;

/// <summary>A row with a field of every type, one of them nullable, and batches of it full of extremes.</summary>
internal static class SampleRow
{
    public const int Nullable = 2;

    public static RowLayout Layout { get; } = new("sample", 56, [
        new RowField("a", 0, FieldType.Int64),
        new RowField("b", 8, FieldType.UInt64),
        new RowField("c", 16, FieldType.Int64, ValidityOffset: 24),
        new RowField("d", 28, FieldType.Int32),
        new RowField("e", 32, FieldType.UInt32),
        new RowField("f", 36, FieldType.Int16),
        new RowField("g", 38, FieldType.UInt16),
        new RowField("h", 40, FieldType.Int8),
        new RowField("i", 41, FieldType.UInt8),
        new RowField("j", 42, FieldType.Bool),
    ]);

    public static ImmutableArray<int> AllFields { get; } = [.. Enumerable.Range(0, Layout.Fields.Length)];

    public static RecordBatch Batch(Random random, int capacity, int count)
    {
        RecordBatch batch = new(Layout, AllFields, capacity) { Count = count };
        Fill(batch, random);
        return batch;
    }

    /// <summary>Fills the fields of a batch whose rows are like these, or begin like them.</summary>
    public static void Fill(RecordBatch batch, Random random)
    {
        Fill(batch.Values<long>(0), random);
        Fill(batch.Values<ulong>(1), random);
        Fill(batch.Values<long>(Nullable), random);
        Fill(batch.Values<int>(3), random);
        Fill(batch.Values<uint>(4), random);
        Fill(batch.Values<short>(5), random);
        Fill(batch.Values<ushort>(6), random);
        Fill(batch.Values<sbyte>(7), random);
        Fill(batch.Values<byte>(8), random);
        foreach (ref byte value in batch.Values<byte>(9))
        {
            value = (byte)random.Next(2);
        }

        for (int record = 0; record < batch.Count; record++)
        {
            byte present = (byte)random.Next(2);
            batch.Validity(Nullable)[record] = present;
            batch.Values<long>(Nullable)[record] *= present;
        }
    }

    private static void Fill<T>(Span<T> values, Random random)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        foreach (ref T value in values)
        {
            value = random.Next(7) switch
            {
                0 => T.MinValue,
                1 => T.MaxValue,
                2 => T.Zero,
                3 => T.CreateTruncating(-1),
                4 => T.CreateTruncating(random.Next(-10, 10)),
                _ => T.CreateTruncating(random.NextInt64(long.MinValue, long.MaxValue)),
            };
        }
    }
}
