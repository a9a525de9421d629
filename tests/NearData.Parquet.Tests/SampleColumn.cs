namespace NearData.Parquet.Tests;

/// <summary>A column with values to write, and the text that each should read back as.</summary>
internal abstract class SampleColumn(ParquetColumn column)
{
    public ParquetColumn Column { get; } = column;

    public abstract IReadOnlyList<string?> Expected { get; }

    /// <summary>Writes a slice of the rows.</summary>
    public abstract void Write(RowGroupWriter group, int index, int first, int count);

    public static SampleColumn Numbers<T>(ParquetColumn column, int rows, Random random, T[] edges, Func<Random, T> next, Func<T, string> text)
        where T : unmanaged => new NumberSample<T>(column, Mix(rows, random, edges, next), Validity(column, rows, random), text);

    public static SampleColumn Bytes(ParquetColumn column, int rows, Random random, byte[][] edges, Func<Random, byte[]> next, Func<byte[], string> text) =>
        new BytesSample(column, Mix(rows, random, edges, next), Validity(column, rows, random), text);

    /// <summary>Runs, a few values that come often, edge cases, and values that hardly repeat.</summary>
    private static T[] Mix<T>(int rows, Random random, T[] edges, Func<Random, T> next)
    {
        T[] values = new T[rows];
        T[] frequent = [.. Enumerable.Range(0, 20).Select(_ => next(random))];
        for (int row = 0; row < rows;)
        {
            int length = Math.Min(rows - row, random.Next(1, 40));
            int kind = random.Next(4);
            T repeated = frequent[random.Next(frequent.Length)];
            for (int i = 0; i < length; i++)
            {
                values[row++] = kind switch
                {
                    0 => repeated,
                    1 => frequent[random.Next(frequent.Length)],
                    2 => edges[random.Next(edges.Length)],
                    _ => next(random),
                };
            }
        }

        return values;
    }

    private static byte[] Validity(ParquetColumn column, int rows, Random random)
    {
        byte[] validity = new byte[rows];
        for (int row = 0; row < rows;)
        {
            int length = Math.Min(rows - row, random.Next(1, 60));
            int kind = column.IsNullable ? random.Next(4) : 0;
            for (int i = 0; i < length; i++)
            {
                validity[row++] = kind switch { 3 => 0, 2 => (byte)random.Next(2), _ => 1 };
            }
        }

        return validity;
    }

    private sealed class NumberSample<T>(ParquetColumn column, T[] values, byte[] validity, Func<T, string> text) : SampleColumn(column)
        where T : unmanaged
    {
        public override IReadOnlyList<string?> Expected { get; } = [.. values.Select((value, row) => validity[row] == 1 ? text(value) : null)];

        public override void Write(RowGroupWriter group, int index, int first, int count) =>
            group.Write<T>(index, values.AsSpan(first, count), Column.IsNullable ? validity.AsSpan(first, count) : default);
    }

    private sealed class BytesSample(ParquetColumn column, byte[][] values, byte[] validity, Func<byte[], string> text) : SampleColumn(column)
    {
        public override IReadOnlyList<string?> Expected { get; } = [.. values.Select((value, row) => validity[row] == 1 ? text(value) : null)];

        public override void Write(RowGroupWriter group, int index, int first, int count)
        {
            ByteArrayBatch batch = new();
            for (int row = first; row < first + count; row++)
            {
                if (validity[row] == 1)
                {
                    batch.Add(values[row]);
                }
                else
                {
                    batch.AddNull();
                }
            }

            group.WriteBytes(index, batch);
        }
    }
}
