using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Counts what the whole process allocates: nothing else may run meanwhile.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;

/// <summary>An execution allocates for itself and for each reactor: not for row groups, pages, batches or rows.</summary>
[Collection("alone")]
public sealed class AllocationTests : IDisposable
{
    private const string Sum =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        const volatile __s64 least;
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x >= least; }
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

        long small = await LeastAsync("small", least: 0);
        long large = await LeastAsync("large", least: 0);

        // A hundred times the pages, batches and rows.
        Assert.InRange(large, small / 2, small + 4_000);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Allocations_do_not_grow_with_row_groups()
    {
        // Of dictionaries with 1,000 entries, of which the filter keeps some.
        Write("few", rows: 490_000, pageRows: 5_000, Codec.Snappy, groupRows: 98_000, different: 1_000);
        Write("many", rows: 490_000, pageRows: 5_000, Codec.Snappy, groupRows: 10_000, different: 1_000);
        await Task.Delay(80);

        long few = await LeastAsync("few", least: 100);
        long many = await LeastAsync("many", least: 100);

        // 5 of them and 49: each is planned and loaded by itself, but its decoders, dictionary (8,000 bytes) and table (1,000) are used again.
        Assert.InRange(many, few / 2, few + (44 * 2_000));
    }

    private async Task<long> LeastAsync(string dataset, int least)
    {
        Catalog catalog = new(new ServedRoot(_folder.Path));
        Dataset opened = catalog.Open(dataset);
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(Sum));
        long fewest = long.MaxValue;
        for (int i = 0; i < 12; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await new QueryExecution(catalog, _path.Reactors, program, opened, new Dictionary<string, Int128> { ["least"] = least }).RunAsync(1, CancellationToken.None);
            fewest = Math.Min(fewest, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return fewest;
    }

    private void Write(string name, int rows, int pageRows, Codec codec, int? groupRows = null, int different = int.MaxValue)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        using FileStream stream = File.Create(Path.Combine(_folder.Path, name, "a.parquet"));
        ParquetWriterOptions options = new() { DataPageRows = pageRows, Codec = codec };
        using ParquetWriter writer = new(stream, ParquetSchema.Of([ParquetColumn.Int64("x"), ParquetColumn.Int64("y")]), options);
        foreach (long[] values in Enumerable.Range(0, rows).Select(i => i * 6_700_417L % different).Chunk(groupRows ?? rows))
        {
            RowGroupWriter group = writer.StartRowGroup(values.Length);
            group.Write<long>(0, values);
            group.Write<long>(1, values);
        }

        writer.Finish();
    }
}
