using NearData.Parquet;
using NearData.Queries.Tpch.Tables;

namespace NearData.Queries.Tpch;

/// <summary>One table's file: written beside its place under a hidden name, and moved there when it is whole.</summary>
internal sealed class TableFile(TpchData data, TpchTable table, TpchOptions options)
{
    public async Task WriteAsync(IProgress<TpchProgress>? progress, CancellationToken cancellation)
    {
        string name = table.DatasetName;
        string folder = Path.Combine(options.Folder, name);
        string partial = Path.Combine(folder, $".{name}.{Path.GetRandomFileName()}");
        Directory.CreateDirectory(folder);
        try
        {
            await WriteRowsAsync(partial, progress, cancellation);
            File.Move(partial, Path.Combine(folder, $"{name}.parquet"), overwrite: true);
        }
        finally
        {
            // After the move there is nothing of that name.
            File.Delete(partial);
        }
    }

    private async Task WriteRowsAsync(string path, IProgress<TpchProgress>? progress, CancellationToken cancellation)
    {
        long total = data.RowsOf(table);
        long written = 0;
        await using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        ParquetSchema schema = new([.. data.NewBatch(table).Columns.Select(column => column.Definition)]);
        using ParquetWriter writer = new(stream, schema, new ParquetWriterOptions { Codec = options.Codec });
        await foreach (RowBatch batch in BatchesAhead.Of(data, table, options.RowGroupRows, cancellation))
        {
            RowGroupWriter group = writer.StartRowGroup(batch.Rows);
            for (int i = 0; i < batch.Columns.Count; i++)
            {
                batch.Columns[i].WriteTo(group, i);
            }

            written += batch.Rows;
            progress?.Report(new TpchProgress(table, written, total));
        }

        writer.Finish();
    }
}
