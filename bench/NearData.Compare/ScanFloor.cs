using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using NearData.Parquet;
using NearData.Parquet.Pages;
using NearData.Queries.Tpch;
using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>
/// The least that any engine has to do with a query's columns, on one thread, in turn with the query: decompress their pages, and look at each byte of
/// theirs once, which is what memory allows.
/// </summary>
internal sealed class ScanFloor : IDisposable
{
    private readonly PageCursor _cursor = new();
    private readonly ImmutableArray<(string File, ColumnChunk Chunk, byte[] Bytes)> _chunks;

    /// <param name="folder">With the table's files.</param>
    /// <param name="table">That the query reads.</param>
    /// <param name="columns">Those of its columns that the query reads.</param>
    private ScanFloor(string folder, TpchTable table, ImmutableArray<string> columns)
    {
        ImmutableArray<(string, ColumnChunk, byte[])>.Builder chunks = ImmutableArray.CreateBuilder<(string, ColumnChunk, byte[])>();
        foreach (string path in Directory.GetFiles(Path.Combine(folder, table.DatasetName), "*.parquet"))
        {
            using ParquetFile file = ParquetFile.Open(path);
            chunks.AddRange(file.Metadata.RowGroups.SelectMany(group => group.Chunks)
                .Where(chunk => columns.Contains(chunk.Column.Name, StringComparer.Ordinal))
                .Select(chunk => (path, chunk, file.ReadChunk(chunk))));
        }

        _chunks = chunks.ToImmutable();
    }

    /// <summary>Prints what a query of one table takes, and what of it no engine is spared.</summary>
    public static async Task RunAsync(Query query, string folder, string codec, int repeat)
    {
        using NearDataContestant engine = new(query, [Clang.Compile(query.Stages.Single().Source)], folder, threads: 1, CacheState.Warm);
        using ScanFloor floor = new(folder, query.Stages.Single().Table, await engine.ColumnsAsync());
        List<double> whole = [];
        List<double> decompressed = [];
        List<double> looked = [];
        for (int i = 0; i < repeat; i++)
        {
            whole.Add((await engine.RunAsync()).Milliseconds);
            decompressed.Add(Time(floor.Decompress));
            looked.Add(Time(floor.Look));
        }

        double share = decompressed.Min() / whole.Min();
        Console.WriteLine(
            $"{query.Name} {codec,-6} 1 thread: NearData {whole.Min():F1} ms; decompression alone {decompressed.Min():F1} ms, {share:P0} of it; "
            + $"a look at each byte, {floor._chunks.Sum(chunk => (long)chunk.Bytes.Length) / 1e6:F1} MB as they lie in the file, {looked.Min():F1} ms");
    }

    public void Dispose() => _cursor.Dispose();

    private static double Time(Func<long> job)
    {
        long start = Stopwatch.GetTimestamp();
        long result = job();
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        GC.KeepAlive(result);
        return milliseconds;
    }

    /// <summary>Opens each page; returns how many bytes they have.</summary>
    private long Decompress()
    {
        long bytes = 0;
        foreach ((string file, ColumnChunk chunk, byte[] content) in _chunks)
        {
            _cursor.Start(file, chunk, [ColumnReader.WholeOf(chunk, content)]);
            for (long row = 0; row < chunk.ValueCount;)
            {
                _cursor.MoveNext(row);
                bytes += _cursor.Open().Bytes.Length;
                row += _cursor.Header.Type is PageType.Data or PageType.DataV2 ? _cursor.Header.ValueCount : 0;
            }
        }

        return bytes;
    }

    private long Look()
    {
        Vector<ulong> all = Vector<ulong>.Zero;
        foreach ((_, _, byte[] content) in _chunks)
        {
            foreach (Vector<ulong> some in MemoryMarshal.Cast<byte, Vector<ulong>>(content))
            {
                all ^= some;
            }
        }

        return (long)all[0];
    }
}
