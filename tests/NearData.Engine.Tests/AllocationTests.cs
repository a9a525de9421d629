using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Counts what the whole process allocates: nothing else may run meanwhile.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;

/// <summary>An execution allocates for itself, for each reactor and for each row group: not for pages, batches or rows.</summary>
[Collection("alone")]
public sealed class AllocationTests : IDisposable
{
    private const string Sum =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x >= 0; }
        SEC("reduce") int add(const struct row *r) { result.total += r->y; return 0; }
        """;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _path = new(cacheBytes: 32 << 20, reactors: 1);

    public void Dispose()
    {
        _path.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(Codec.Uncompressed)]
    [InlineData(Codec.Snappy)]
    public async Task Allocations_do_not_grow_with_pages_batches_or_rows(Codec codec)
    {
        Write("small", rows: 4_000, pageRows: 4_000, codec);
        Write("large", rows: 400_000, pageRows: 4_000, codec);
        await Task.Delay(80);

        long small = await LeastAsync("small");
        long large = await LeastAsync("large");

        // A hundred times the pages, batches and rows.
        Assert.InRange(large, small / 2, small + 4_000);
    }

    private async Task<long> LeastAsync(string dataset)
    {
        Catalog catalog = new(new ServedRoot(_folder.Path));
        Dataset opened = catalog.Open(dataset);
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(Sum));
        long least = long.MaxValue;
        for (int i = 0; i < 12; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await new QueryExecution(catalog, _path.Reactors, program, opened, new Dictionary<string, Int128>()).RunAsync(1, CancellationToken.None);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }

    private void Write(string name, int rows, int pageRows, Codec codec)
    {
        long[] values = [.. Enumerable.Range(0, rows).Select(i => i * 6_700_417L)];
        Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        using FileStream stream = File.Create(Path.Combine(_folder.Path, name, "a.parquet"));
        ParquetWriterOptions options = new() { DataPageRows = pageRows, Codec = codec };
        using ParquetWriter writer = new(stream, ParquetSchema.Of([ParquetColumn.Int64("x"), ParquetColumn.Int64("y")]), options);
        RowGroupWriter group = writer.StartRowGroup(rows);
        group.Write<long>(0, values);
        group.Write<long>(1, values);
        writer.Finish();
    }
}
