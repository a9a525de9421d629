using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Explanation;
using NearData.Engine.Formats;
using NearData.Engine.Programs;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.TestSupport;
using NearData.Vm;

namespace NearData.Engine.Tests;

/// <summary>Columns that are only wanted for some rows: what is decoded of them, and in which way.</summary>
public sealed class LateDecodingTests : IDisposable
{
    private const int Rows = 60_000;
    private const int PageRows = 500;

    private static readonly Lazy<LoadedProgram> Program = new(() => LoadedProgram.Load(Clang.Compile(
        """
        #include <neardata.h>
        struct row { __s64 a; __s64 v; struct nd_str t; };
        struct { __s64 v ND_SUM; __u64 lengths ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->a == 7; }
        SEC("reduce") int add(const struct row *r) { result.v += r->v; result.lengths += r->t.len; return 0; }
        """)));

    private readonly ServedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(DictionaryUse.WhereSmaller, 40)]
    [InlineData(DictionaryUse.WhereSmaller, 2)]
    [InlineData(DictionaryUse.Never, 40)]
    public async Task Pages_of_which_no_row_is_kept_are_not_opened_of_columns_that_reduce_alone_reads(DictionaryUse dictionary, int part)
    {
        // Kept rows lie together: up to a few hundred, then none for thousands.
        Random random = new(part);
        long[] a = [.. Enumerable.Range(0, Rows).Select(row => row / 700 % 9 == 4 && random.Next(part) == 0 ? 7 : (long)random.Next(20, 30))];
        long[] v = [.. a.Select(_ => random.NextInt64(1 << 30))];
        string[] t = [.. a.Select(_ => new string('x', random.Next(30)))];
        Write(a, v, t, dictionary);
        int[] kept = [.. Enumerable.Range(0, Rows).Where(row => a[row] == 7)];
        int pages = kept.Select(row => row / PageRows).Distinct().Count();

        using TestReadPath readPath = new(reactors: 1);
        Catalog catalog = new(new ServedRoot(_folder.Path));
        using QueryExecution execution = new(
            catalog, readPath.Reactors, Program.Value, catalog.Open("d"), ParameterValue.Of(new Dictionary<string, Int128>()), measuring: StepMeasuring.On);
        ExecutionAnswer answer = await execution.RunAsync(1, CancellationToken.None);

        Assert.Equal([kept.Sum(row => v[row]), kept.Sum(row => t[row].Length)], answer.Results.Select(result => (long)result.Value));
        Assert.InRange(pages, 10, Rows / PageRows / 3);
        Assert.Equal((Rows / PageRows) + (2 * pages), execution.Explain().Measure!.PagesOpened);
    }

    [Fact]
    public void Both_ways_are_tried_for_each_share_but_for_the_least()
    {
        RowLayout row = Program.Value.Query.Row;
        using RecordBatch batch = new(row, [0], 4096) { Count = 4096 };
        foreach (int rows in (int[])[4000, 3000, 2000, 1500, 1000, 500, 200, 70])
        {
            CountingScan scan = Decode(batch, rows, isDecoding: true);
            Assert.All(scan.Grains, count => Assert.InRange(count, 2, CountingScan.Batches - 2));
            Assert.Equal(0, scan.Whole);
        }

        Assert.Equal([CountingScan.Batches, 0], Decode(batch, 60, isDecoding: true).Grains);
        Assert.Equal(CountingScan.Batches, Decode(batch, 4096, isDecoding: true).Whole);
    }

    [Fact]
    public void Where_nothing_is_left_to_decode_nothing_is_tried()
    {
        using RecordBatch batch = new(Program.Value.Query.Row, [0], 4096) { Count = 4096 };
        Assert.Equal([CountingScan.Batches, 0], Decode(batch, 200, isDecoding: false).Grains);
        Assert.Equal([0, CountingScan.Batches], Decode(batch, 3000, isDecoding: false).Grains);
    }

    [Fact]
    public void Shares_differ_by_half_an_octave()
    {
        Assert.Equal([0, 0, 1, 2, 3, 4, 12], ((int[])[4095, 2900, 2890, 2048, 1440, 1024, 64]).Select(rows => LateDecoding.ShareOf(rows, 4096)));
    }

    private static CountingScan Decode(RecordBatch batch, int rows, bool isDecoding)
    {
        CountingScan scan = new(isDecoding);
        LateDecoding late = new(1);
        int[] wanted = [.. Enumerable.Range(0, rows)];
        for (int i = 0; i < CountingScan.Batches; i++)
        {
            late.Decode(scan, [0], batch, wanted);
        }

        return scan;
    }

    private void Write(long[] a, long[] v, string[] t, DictionaryUse dictionary)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "d"));
        using FileStream stream = File.Create(Path.Combine(_folder.Path, "d", "a.parquet"));
        using ParquetWriter writer = new(
            stream,
            ParquetSchema.Of(ParquetColumn.Int64("a"), ParquetColumn.Int64("v"), ParquetColumn.Text("t")),
            new ParquetWriterOptions { DataPageRows = PageRows, Dictionary = dictionary });
        RowGroupWriter group = writer.StartRowGroup(Rows);
        group.Write<long>(0, a);
        group.Write<long>(1, v);
        ByteArrayBatch texts = new();
        foreach (string text in t)
        {
            texts.Add(text);
        }

        group.WriteBytes(2, texts);
        writer.Finish();
    }

    /// <summary>Counts what it is asked for.</summary>
    private sealed class CountingScan(bool isDecoding) : PartScan(null!)
    {
        /// <summary>Batches that tests decode.</summary>
        public const int Batches = 200;

        /// <summary>Calls by grain.</summary>
        public int[] Grains { get; } = new int[2];

        /// <summary>Calls for all rows.</summary>
        public int Whole { get; private set; }

        public override bool IsEnded => false;

        public override int Advance(int most) => most;

        public override void Decode(ReadOnlySpan<int> fields, RecordBatch batch) => Whole++;

        public override bool Decode(int field, RecordBatch batch, ReadOnlySpan<int> rows, ChoiceGrain grain)
        {
            Grains[(int)grain]++;
            return isDecoding;
        }
    }
}
