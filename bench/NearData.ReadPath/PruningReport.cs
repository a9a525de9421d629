using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.Storage;
using NearData.TestSupport;

namespace NearData.ReadPath;

/// <summary>What Q6 reads of lineitem as it is made, and of the same lines in order of their dates, with page indexes.</summary>
internal static class PruningReport
{
    private const int GroupRows = 122_880;

    private static readonly string[] Columns = ["l_shipdate", "l_quantity", "l_extendedprice", "l_discount"];

    public static async Task RunAsync(string folder, string codec)
    {
        string ordered = Path.Combine(Ground.Repository, "artifacts/bench-data", $"{Path.GetFileName(folder)}-by-date");
        if (!Directory.Exists(ordered))
        {
            Write(Directory.GetFiles(Path.Combine(folder, "lineitem"))[0], ordered);
        }

        LoadedProgram q6 = LoadedProgram.Load(Clang.Compile(await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "queries/programs/q6.c"))));
        foreach (string root in (string[])[folder, ordered])
        {
            using Node node = new(new FileDevices(FileReading.PageCache, _ => { }), reactors: 2);
            Catalog catalog = new(new ServedRoot(root));
            TimeSpan least = TimeSpan.MaxValue;
            ExecutionAnswer answer = null!;
            for (int round = 0; round < 9; round++)
            {
                answer = await new QueryExecution(catalog, node.Reactors, q6, catalog.Open("lineitem"), new Dictionary<string, Int128>(StringComparer.Ordinal)).RunAsync(2, CancellationToken.None);
                least = answer.Elapsed < least ? answer.Elapsed : least;
            }

            Console.WriteLine(
                $"{Path.GetFileName(root),-16} {codec,-6}: {answer.RowGroups} row groups read, {answer.RowGroupsPruned} pruned, {answer.PagesPruned} pages pruned; {answer.RowsScanned} rows scanned, "
                + $"{answer.RowsKept} kept; {answer.BytesRead / 1e6:F1} MB, {least.TotalMilliseconds:F1} ms");
        }
    }

    // Pages of 20,000 rows, as common writers make them.
    private static void Write(string source, string folder)
    {
        Console.Error.WriteLine($"Writing {folder} ...");
        using ParquetFile file = ParquetFile.Open(source);
        long[][] columns = [.. Columns.Select(column => Read(file, column))];
        int[] order = [.. Enumerable.Range(0, columns[0].Length)];
        Array.Sort((long[])columns[0].Clone(), order);
        Directory.CreateDirectory(Path.Combine(folder, "lineitem"));
        using FileStream stream = File.Create(Path.Combine(folder, "lineitem", "lineitem.parquet"));
        ParquetWriterOptions options = new() { Codec = file.Metadata.RowGroups[0].Chunks[0].Codec, DataPageRows = 20_000, HasPageIndexes = true };
        using ParquetWriter writer = new(stream, ParquetSchema.Of([.. Columns.Select(column => file.Metadata.Schema.Find(column)!)]), options);
        foreach (int[] rows in order.Chunk(GroupRows))
        {
            RowGroupWriter group = writer.StartRowGroup(rows.Length);
            group.Write<int>(0, [.. rows.Select(row => (int)columns[0][row])]);
            for (int column = 1; column < columns.Length; column++)
            {
                group.Write<long>(column, [.. rows.Select(row => columns[column][row])]);
            }
        }

        writer.Finish();
    }

    private static long[] Read(ParquetFile file, string column)
    {
        long[] values = new long[file.Metadata.RowCount];
        int index = file.Metadata.Schema.Find(column)!.Index;
        int done = 0;
        for (int group = 0; group < file.Metadata.RowGroups.Length; group++)
        {
            using ColumnReader reader = file.OpenColumn(group, index);
            done += reader.Read(values.AsSpan(done), []);
        }

        return values;
    }
}
