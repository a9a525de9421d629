using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Filters over columns that lie in runs of every length, with nulls, over pages and batches, against plain code over the same rows.</summary>
public sealed class RunExecutionTests : IDisposable
{
    private const int Rows = 25_000;

    private static readonly int[] PageRows = [100, 1_000, 4_096, 7_000, 20_000];

    /// <summary>Below it the filter needs no other column than those that dictionaries decide; above it values that have none.</summary>
    private const long NoDivisor = 1;

    private static readonly Lazy<LoadedProgram> Program = new(() => LoadedProgram.Load(Clang.Compile(
        """
        #include <neardata.h>
        struct row { __s64 a, b, v; ND_NULLABLE(__s64) n; struct nd_str t; };
        const volatile __s64 from, until, skipped, divisor;
        struct { __s64 v ND_SUM; __s64 a ND_SUM; __s64 n ND_SUM; __u64 lengths ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r)
        {
            return r->a >= from && r->a < until && r->b != skipped && (!r->n.valid || r->n.value > 20) && !nd_str_eq(r->t, ND_TEXT("t3"))
                && (divisor == 1 || (__u64)r->v % (__u64)divisor == 0);
        }
        SEC("reduce") int add(const struct row *r)
        {
            result.v += r->v;
            result.a += r->a;
            result.n += r->n.value;
            result.lengths += r->t.len;
            result.rows += 1;
            return 0;
        }
        """)));

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 1);
    private readonly Catalog _catalog;

    public RunExecutionTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 24)];

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Seeds))]
    public async Task What_is_kept_and_added_up_is_what_plain_code_keeps(int seed)
    {
        Random random = new(seed);
        Row[] rows = Make(random);
        Write(rows, random);
        for (int run = 0; run < 8; run++)
        {
            long from = random.Next(-10, 300);
            long until = from + random.Next(1, 300);
            long skipped = random.Next(50);
            long divisor = run % 2 == 0 ? NoDivisor : random.Next(2, 9);
            Row[] kept = [.. rows.Where(row => row.A >= from && row.A < until && row.B != skipped && row.N is null or > 20 && row.T != "t3" && row.V % divisor == 0)];
            QueryExecution execution = new(
                _catalog, _readPath.Reactors, Program.Value, _catalog.Open("d"),
                new Dictionary<string, Int128> { ["from"] = from, ["until"] = until, ["skipped"] = skipped, ["divisor"] = divisor });
            ExecutionAnswer answer = await execution.RunAsync(1, CancellationToken.None);
            Assert.Equal(
                [kept.Sum(row => row.V), kept.Sum(row => row.A), kept.Sum(row => row.N ?? 0), kept.Sum(row => row.T.Length), kept.Length],
                answer.Results.Select(result => (long)result.Value));
            Assert.Equal(kept.Length, answer.RowsKept);
        }
    }

    private static Row[] Make(Random random)
    {
        long[] a = Values(random, 300);
        long[] b = Values(random, 50);
        long[] v = [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt64(1L << 40))];
        long[] n = Values(random, 60);
        long[] isNull = Values(random, random.Next(1, 4));
        long[] t = Values(random, 6);
        if (random.Next(3) == 0)
        {
            Array.Sort(a);
        }

        return [.. Enumerable.Range(0, Rows).Select(row => new Row(a[row], b[row], v[row], isNull[row] == 1 ? null : n[row], $"t{t[row]}"))];
    }

    /// <summary>Runs from one row to all of them, and stretches without any.</summary>
    private static long[] Values(Random random, int different)
    {
        int longest = 1 << random.Next(1, 16);
        long[] values = new long[Rows];
        for (int first = 0, length; first < Rows; first += length)
        {
            length = Math.Min(random.Next(1, longest), Rows - first);
            long value = random.Next(different);
            bool isRun = random.Next(3) > 0;
            for (int row = first; row < first + length; row++)
            {
                values[row] = isRun ? value : random.Next(different);
            }
        }

        return values;
    }

    private void Write(Row[] rows, Random random)
    {
        ParquetWriterOptions options = new()
        {
            Codec = random.Next(2) == 0 ? Codec.Uncompressed : Codec.Snappy,
            DataPageRows = PageRows[random.Next(PageRows.Length)],
            DataPageVersion = random.Next(2) == 0 ? DataPageVersion.V1 : DataPageVersion.V2,
            DictionaryBytes = random.Next(3) == 0 ? 500 : 1 << 20,
            HasPageIndexes = random.Next(2) == 0,
        };
        Directory.CreateDirectory(Path.Combine(_folder.Path, "d"));
        using FileStream stream = File.Create(Path.Combine(_folder.Path, "d", "a.parquet"));
        using ParquetWriter writer = new(
            stream,
            ParquetSchema.Of(ParquetColumn.Int64("a"), ParquetColumn.Int64("b"), ParquetColumn.Int64("v"), ParquetColumn.Int64("n").Nullable(), ParquetColumn.Text("t")),
            options);
        foreach (Row[] some in rows.Chunk(random.Next(2) == 0 ? Rows : 9_000))
        {
            RowGroupWriter group = writer.StartRowGroup(some.Length);
            group.Write<long>(0, [.. some.Select(row => row.A)]);
            group.Write<long>(1, [.. some.Select(row => row.B)]);
            group.Write<long>(2, [.. some.Select(row => row.V)]);
            group.Write<long>(3, [.. some.Select(row => row.N ?? 0)], [.. some.Select(row => (byte)(row.N is null ? 0 : 1))]);
            ByteArrayBatch texts = new();
            foreach (Row row in some)
            {
                texts.Add(row.T);
            }

            group.WriteBytes(4, texts);
        }

        writer.Finish();
    }

    private sealed record Row(long A, long B, long V, long? N, string T);
}
