using NearData.Client;
using NearData.Contracts.V1;
using NearData.Parquet;

namespace NearData.Queries.Tpch.Queries;

/// <summary>
/// TPC-H Q6 as a client without pushdown runs it over remote storage: it fetches the footer and the pages of the four columns,
/// decodes them and computes on its own side.
/// </summary>
public static class PulledQ6
{
    /// <summary>The revenue, over a dataset with lineitem's columns.</summary>
    public static async Task<decimal> RevenueAsync(NearDataClient client, string dataset, Q6Parameters parameters, CancellationToken cancellation = default)
    {
        DescribeDatasetResponse description = await client.DescribeDatasetAsync(dataset, cancellation);
        decimal revenue = 0;
        foreach (DatasetFile file in description.Files)
        {
            RemoteFile remote = new(client, dataset, file, description.Version);
            ParquetMetadata metadata = await remote.ReadFooterAsync(cancellation);
            foreach (RowGroup group in metadata.RowGroups)
            {
                ColumnChunk[] chunks = [.. Q6.Columns.Select(column => group.Chunks.Single(chunk => chunk.Column.Name == column))];
                byte[][] bytes = await Task.WhenAll(chunks.Select(chunk => remote.ReadAsync(chunk.Offset, chunk.CompressedLength, cancellation)));
                revenue += Revenue(file.Name, chunks, bytes, (int)group.RowCount, parameters);
            }
        }

        return revenue;
    }

    private static decimal Revenue(string file, ColumnChunk[] chunks, byte[][] bytes, int rows, Q6Parameters parameters)
    {
        long[] quantity = Decode<long>(file, chunks[0], bytes[0], rows);
        long[] price = Decode<long>(file, chunks[1], bytes[1], rows);
        long[] discount = Decode<long>(file, chunks[2], bytes[2], rows);
        int[] shipDate = Decode<int>(file, chunks[3], bytes[3], rows);
        int from = Days(parameters.From), until = Days(parameters.Until);
        long low = Hundredths(parameters.DiscountLow), high = Hundredths(parameters.DiscountHigh), limit = Hundredths(parameters.Quantity);
        System.Int128 sum = 0;
        for (int i = 0; i < rows; i++)
        {
            if (shipDate[i] >= from && shipDate[i] < until && discount[i] >= low && discount[i] <= high && quantity[i] < limit)
            {
                sum += price[i] * discount[i];
            }
        }

        return (decimal)sum / 10_000;
    }

    private static T[] Decode<T>(string file, ColumnChunk chunk, byte[] bytes, int rows)
        where T : unmanaged
    {
        T[] values = new T[rows];
        using ColumnReader reader = ColumnReader.Open(file, chunk, bytes);
        for (int read = 0; read < rows;)
        {
            int count = reader.Read(values.AsSpan(read), []);
            read += count > 0 ? count : throw new InvalidDataException($"{file}: column {chunk.Column.Name} ends after {read} of {rows} rows.");
        }

        return values;
    }

    private static int Days(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private static long Hundredths(decimal value) => (long)(value * 100);
}
