using System.Text;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Explanation;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.TestSupport;
using NearData.Vm;

namespace NearData.Engine.Tests;

/// <summary>
/// Row groups and pages are left out by what their files say of texts and doubles, and by bloom filters over these and decimals in bytes: only
/// where none of their rows are kept, and wherever that can be seen.
/// </summary>
public sealed class TextPruningTests : IDisposable
{
    private const int Groups = 10;
    private const int GroupRows = 2_000;
    private const int Rows = Groups * GroupRows;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(cacheBytes: 8 << 20, reactors: 2);
    private readonly Catalog _catalog;

    public TextPruningTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    private sealed record Row(string Name, string? Maybe, double Number, double? Perhaps, string Key, Int128 Wide, long Count);

    /// <summary>In C; in C#; and how many of the ten row groups, in order of all but keys, are read at the most.</summary>
    private static readonly (string C, Func<Row, bool> Keeps, int Read)[] Conditions =
    [
        ("nd_str_eq(r->name, ND_TEXT(\"name 004321\"))", row => row.Name == "name 004321", 1),
        ("nd_str_eq(r->name, ND_TEXT(\"name 003999\"))", row => row.Name == "name 003999", 1),
        ("nd_str_cmp(r->name, ND_TEXT(\"name 015999\")) > 0", row => string.CompareOrdinal(row.Name, "name 015999") > 0, 2),
        ("nd_str_starts(r->name, ND_TEXT(\"name 0153\"))", row => row.Name.StartsWith("name 0153", StringComparison.Ordinal), 1),
        ("nd_str_like(r->name, ND_TEXT(\"name 0153%\"))", row => row.Name.StartsWith("name 0153", StringComparison.Ordinal), 1),
        ("nd_str_like(r->name, ND_TEXT(\"name 0_3\"))", _ => false, 10),
        ("nd_str_like(r->name, ND_TEXT(\"other%7\"))", _ => false, 0),
        ("nd_str_cmp(r->name, ND_TEXT(\"name 0025\")) < 0", row => string.CompareOrdinal(row.Name, "name 0025") < 0, 2),
        ("nd_str_cmp(r->name, ND_TEXT(\"name 0175\")) >= 0 && nd_str_ends(r->name, ND_TEXT(\"7\"))", row => string.CompareOrdinal(row.Name, "name 0175") >= 0 && row.Name.EndsWith('7'), 2),
        ("r->maybe.valid && nd_str_cmp(r->maybe.value, ND_TEXT(\"name 0025\")) < 0", row => row.Maybe is { } maybe && string.CompareOrdinal(maybe, "name 0025") < 0, 2),
        ("nd_str_cmp(r->maybe.value, ND_TEXT(\"name 0025\")) < 0", row => string.CompareOrdinal(row.Maybe ?? "", "name 0025") < 0, 10),
        ("!r->maybe.valid && nd_str_eq(r->name, ND_TEXT(\"name 004323\"))", row => row.Maybe is null && row.Name == "name 004323", 1),
        ("nd_f64_lt(r->number, ND_F64(-9.0))", row => row.Number < -9, 1),
        ("nd_f64_le(ND_F64(9.5), r->number)", row => row.Number >= 9.5, 1),
        ("nd_f64_eq(r->number, ND_F64(0.0))", row => row.Number == 0, 2),
        ("!nd_f64_le(r->number, ND_F64(9.9))", row => !(row.Number <= 9.9), 10),
        ("r->perhaps.valid && nd_f64_lt(r->perhaps.value, ND_F64(-9.0))", row => row.Perhaps < -9, 1),
        ("nd_f64_lt(ND_F64(-1.0), r->perhaps.value) && nd_f64_lt(r->perhaps.value, ND_F64(1.0))", row => (row.Perhaps ?? 0) is > -1 and < 1, 10),
        ("nd_str_eq(r->key, ND_TEXT(\"nothing\"))", _ => false, 1),
        ("nd_str_eq(r->key, ND_TEXT(\"key 77\")) || nd_str_eq(ND_TEXT(\"key 5\"), r->key)", row => row.Key is "key 77" or "key 5", 3),
        ("nd_str_eq(r->key, ND_TEXT(\"key 77\")) && nd_str_ends(r->name, ND_TEXT(\"7\"))", row => row.Key == "key 77" && row.Name.EndsWith('7'), 2),
        ("nd_str_eq(r->key, ND_TEXT(\"key 77\")) || nd_str_cmp(r->key, ND_TEXT(\"key 78\")) == 0", row => row.Key is "key 77" or "key 78", 10),
        ("!nd_str_eq(r->key, ND_TEXT(\"key 77\"))", row => row.Key != "key 77", 10),
        ("r->wide == 77", row => row.Wide == 77, 2),
        ("r->wide == -6 || r->wide == 1000000007", row => row.Wide == -6, 3),
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Conditions.Length)];

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Indices))]
    public async Task The_answer_is_that_of_every_row_and_no_more_is_read_than_must_be(int condition)
    {
        (string filter, Func<Row, bool> keeps, int most) = Conditions[condition];
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            $$"""
            #include <neardata.h>
            struct row { struct nd_str name, key; ND_NULLABLE(struct nd_str) maybe; nd_f64 number; ND_NULLABLE(nd_f64) perhaps; __s64 wide, count; };
            struct { __s64 total ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return {{filter}}; }
            SEC("reduce") int add(const struct row *r) { result.total += r->count; result.rows += 1; return 0; }
            """));
        foreach ((string name, ParquetWriterOptions options, bool isOrdered) in Files())
        {
            Row[] rows = Write(name, options, isOrdered);
            Row[] kept = [.. rows.Where(keeps)];
            using QueryExecution execution = new(_catalog, _readPath.Reactors, program, _catalog.Open(name), new Dictionary<string, Int128>());
            ExecutionAnswer answer = await execution.RunAsync(2, CancellationToken.None);

            Assert.Equal([kept.Sum(row => row.Count), kept.Length], answer.Results.Select(result => (long)result.Value));
            Assert.Equal(kept.Length, answer.RowsKept);
            Assert.Equal(Groups, answer.RowGroups + answer.RowGroupsPruned);
            if (isOrdered)
            {
                Assert.InRange(answer.RowGroups, 0, most);
                bool isOneOfPages = options.HasPageIndexes && most == 1 && answer.RowGroups == 1 && !filter.Contains("key", StringComparison.Ordinal) && !filter.Contains("wide", StringComparison.Ordinal);
                Assert.True(!isOneOfPages || answer.PagesPruned > 0);
            }
        }
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Doubles_of_a_dictionary_are_decided_once_each()
    {
        Row[] rows = Write("few", new ParquetWriterOptions(), isOrdered: false, number: random => new[] { double.NaN, -0.0, 0, 1.5, -2, double.PositiveInfinity }[random.Next(6)]);
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            """
            #include <neardata.h>
            struct row { nd_f64 number; __s64 count; };
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return nd_f64_lt(nd_f64_mul(r->number, ND_F64(2.0)), ND_F64(1.0)) && r->number.bits != 0; }
            SEC("reduce") int add(const struct row *r) { result.total += r->count; return 0; }
            """));
        using QueryExecution execution = new(
            _catalog, _readPath.Reactors, program, _catalog.Open("few"), new Dictionary<string, ParameterValue>(), measuring: StepMeasuring.On);
        ExecutionAnswer answer = await execution.RunAsync(1, CancellationToken.None);

        Assert.Equal(rows.Where(row => row.Number * 2 < 1 && BitConverter.DoubleToInt64Bits(row.Number) != 0).Sum(row => row.Count), (long)answer.Results[0].Value);
        Assert.Equal(Groups, execution.Explain().Columns[0].Guarded);
    }

    private static IEnumerable<(string Name, ParquetWriterOptions Options, bool IsOrdered)> Files()
    {
        HashSet<string> filters = ["key", "wide"];
        yield return ("a", new ParquetWriterOptions { BloomFilters = filters }, true);
        yield return ("b", new ParquetWriterOptions { BloomFilters = filters, HasPageIndexes = true, DataPageRows = 300, Dictionary = DictionaryUse.Never }, true);
        yield return ("c", new ParquetWriterOptions { BloomFilters = filters, HasPageIndexes = true, DataPageRows = 170, Codec = Codec.Snappy }, false);
    }

    private Row[] Write(string name, ParquetWriterOptions options, bool isOrdered, Func<Random, double>? number = null)
    {
        Random random = new(name[0]);
        Row[] rows =
        [
            .. Enumerable.Range(0, Rows).Select(row =>
            {
                double value = number?.Invoke(random) ?? (random.Next(40) == 0 ? double.NaN : ((row - Rows / 2) / 1000.0) is 0 && random.Next(2) == 0 ? -0.0 : (row - Rows / 2) / 1000.0);
                return new Row(
                    $"name {row:d6}",
                    random.Next(3) == 0 ? null : $"name {row:d6}",
                    value,
                    random.Next(3) == 0 ? null : value,
                    $"key {random.Next(10 * Rows)}",
                    random.Next(20 * Rows) - 10 * Rows,
                    row);
            }),
        ];

        // In one row group each; the others' filters deny them, mostly.
        rows[4_000] = rows[4_000] with { Key = "key 77", Wide = 77 };
        rows[12_005] = rows[12_005] with { Key = "key 5", Wide = -6 };
        if (!isOrdered)
        {
            random.Shuffle(rows);
        }

        ParquetColumn[] columns =
        [
            ParquetColumn.Text("name"), ParquetColumn.Text("maybe").Nullable(), ParquetColumn.Double("number"), ParquetColumn.Double("perhaps").Nullable(),
            ParquetColumn.Text("key"), ParquetColumn.Decimal("wide", 16, 2, PhysicalType.FixedLenByteArray, 7), ParquetColumn.Int64("count"),
        ];
        Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        using FileStream stream = File.Create(Path.Combine(_folder.Path, name, "a.parquet"));
        using ParquetWriter writer = new(stream, ParquetSchema.Of(columns), options);
        foreach (Row[] group in rows.Chunk(GroupRows))
        {
            RowGroupWriter target = writer.StartRowGroup(group.Length);
            target.WriteBytes(0, Texts(group.Select(row => row.Name)));
            target.WriteBytes(1, Texts(group.Select(row => row.Maybe)));
            target.Write<double>(2, [.. group.Select(row => row.Number)]);
            target.Write<double>(3, [.. group.Select(row => row.Perhaps ?? 0)], [.. group.Select(row => (byte)(row.Perhaps is null ? 0 : 1))]);
            target.WriteBytes(4, Texts(group.Select(row => row.Key)));
            target.Write<long>(5, [.. group.Select(row => (long)row.Wide)]);
            target.Write<long>(6, [.. group.Select(row => row.Count)]);
        }

        writer.Finish();
        return rows;
    }

    private static ByteArrayBatch Texts(IEnumerable<string?> texts)
    {
        ByteArrayBatch batch = new();
        foreach (string? text in texts)
        {
            if (text is null)
            {
                batch.AddNull();
            }
            else
            {
                batch.Add(Encoding.UTF8.GetBytes(text));
            }
        }

        return batch;
    }
}
