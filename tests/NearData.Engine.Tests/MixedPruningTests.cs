using System.Text;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>
/// Files with page indexes and bloom filters of every kind of column: bounds that are missing where values are too long for them, NaN, pages that are all
/// null. Conditions over all of them together keep what they keep of every row.
/// </summary>
public sealed class MixedPruningTests : IDisposable
{
    private const int Rows = 12_000;
    private const int GroupRows = 5_000;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(cacheBytes: 8 << 20, reactors: 2);
    private readonly Catalog _catalog;

    public MixedPruningTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    private sealed record Row(long Key, long? Maybe, double Number, string Text);

    private static readonly (string C, Func<Row, bool> Keeps)[] Conditions =
    [
        ("nd_f64_lt(r->number, ND_F64(0.25)) && r->key < 4000", row => row.Number < 0.25 && row.Key < 4000),
        ("!nd_f64_le(r->number, ND_F64(0.5))", row => !(row.Number <= 0.5)),
        ("nd_str_starts(r->text, ND_TEXT(\"7\")) && r->key >= 6500", row => row.Text.StartsWith('7') && row.Key >= 6500),
        ("nd_str_cmp(r->text, ND_TEXT(\"5\")) < 0 || r->maybe.value > 9000", row => string.CompareOrdinal(row.Text, "5") < 0 || (row.Maybe ?? 0) > 9000),
        ("!r->maybe.valid && r->key > 100 && r->key < 9000", row => row.Maybe is null && row.Key is > 100 and < 9000),
        ("r->maybe.valid && r->maybe.value == 7777", row => row.Maybe == 7777),
        ("r->key == 4321 && nd_f64_eq(r->number, r->number)", row => row.Key == 4321 && !double.IsNaN(row.Number)),
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Conditions.Length)];

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Indices))]
    public async Task A_condition_keeps_what_it_keeps_of_every_row(int condition)
    {
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            $$"""
            #include <neardata.h>
            struct row { __s64 key; ND_NULLABLE(__s64) maybe; nd_f64 number; struct nd_str text; };
            struct { __s64 keys ND_SUM; __u64 letters ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return {{Conditions[condition].C}}; }
            SEC("reduce") int add(const struct row *r) { result.keys += r->key; result.letters += r->text.len; result.rows += 1; return 0; }
            """));
        for (int seed = 0; seed < 4; seed++)
        {
            Row[] rows = Write($"d{seed}", seed);
            Row[] kept = [.. rows.Where(Conditions[condition].Keeps)];
            ExecutionAnswer answer = await new QueryExecution(
                _catalog, _readPath.Reactors, program, _catalog.Open($"d{seed}"), new Dictionary<string, Int128>()).RunAsync(2, CancellationToken.None);
            Assert.Equal([kept.Sum(row => row.Key), kept.Sum(row => (long)row.Text.Length), kept.Length], answer.Results.Select(result => (long)result.Value));
        }
    }

    private Row[] Write(string name, int seed)
    {
        Random random = new(seed);
        Row[] rows =
        [
            .. Enumerable.Range(0, Rows).Select(row => new Row(
                row,
                row % 5 == 0 || row is > 2_000 and < 4_000 ? null : row,
                random.Next(50) == 0 ? double.NaN : row < 3_000 ? double.NaN : random.Next(-8, 8) / 8.0,
                row / 100 % 7 == 3 ? new string((char)('0' + row % 10), 300) : $"{random.Next(1000)}")),
        ];
        if (seed % 2 == 1)
        {
            random.Shuffle(rows);
        }

        Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        using FileStream stream = File.Create(Path.Combine(_folder.Path, name, "a.parquet"));
        ParquetColumn[] columns = [ParquetColumn.Int64("key"), ParquetColumn.Int64("maybe").Nullable(), ParquetColumn.Double("number"), ParquetColumn.Text("text")];
        using ParquetWriter writer = new(stream, ParquetSchema.Of(columns), new ParquetWriterOptions
        {
            DataPageRows = 400 + 37 * seed,
            HasPageIndexes = true,
            BloomFilters = new HashSet<string> { "key", "maybe", "text" },
            Codec = seed < 2 ? Codec.Snappy : Codec.Uncompressed,
            Dictionary = seed == 3 ? DictionaryUse.Never : DictionaryUse.WhereSmaller,
        });
        foreach (Row[] group in rows.Chunk(GroupRows))
        {
            RowGroupWriter target = writer.StartRowGroup(group.Length);
            target.Write<long>(0, [.. group.Select(row => row.Key)]);
            target.Write<long>(1, [.. group.Select(row => row.Maybe ?? 0)], [.. group.Select(row => (byte)(row.Maybe is null ? 0 : 1))]);
            target.Write<double>(2, [.. group.Select(row => row.Number)]);
            ByteArrayBatch texts = new();
            Array.ForEach(group, row => texts.Add(Encoding.UTF8.GetBytes(row.Text)));
            target.WriteBytes(3, texts);
        }

        writer.Finish();
        return rows;
    }
}
