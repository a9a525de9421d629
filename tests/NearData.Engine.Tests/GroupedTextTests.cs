using System.Globalization;
using System.Text;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Groups;
using NearData.Engine.Programs;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>
/// Groups by texts that are codes of a dictionary, plain, or both within a chunk, with other dictionaries in each row group, against DuckDB over the
/// same files.
/// </summary>
public sealed class GroupedTextTests : IDisposable
{
    private const int Rows = 30_000;

    private const string Source =
        """
        #include <neardata.h>
        struct row { struct nd_str s; ND_NULLABLE(struct nd_str) t; __s64 x; __s32 d; };
        const volatile __s32 below;
        struct key { char s[4], t[3]; };
        struct totals { __s64 sum ND_SUM; __s64 product ND_SUM; __s64 least ND_MIN; __s32 most ND_MAX; __u64 some ND_SUM; __u64 rows ND_SUM; };
        ND_GROUPS(by_text, struct key, struct totals, 1000);
        SEC("filter") int keep(const struct row *r) { return r->d < below; }
        SEC("reduce") int add(const struct row *r)
        {
            struct key key;
            nd_str_copy(key.s, r->s);
            nd_str_copy(key.t, r->t.value);
            if (r->x == 7) return 0;
            struct totals *g = nd_group(&by_text, &key);
            g->sum += r->x;
            g->product += r->x * r->d;
            if (r->x < g->least) g->least = r->x;
            if (r->d > g->most) g->most = r->d;
            if (r->t.valid) g->some += 1;
            g->rows += 1;
            return 0;
        }
        """;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 2);
    private readonly Catalog _catalog;

    public GroupedTextTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [InlineData(100, 1)]
    [InlineData(97, 2)]
    [InlineData(40, 1)]
    [InlineData(3, 2)]
    public async Task Groups_by_texts_are_those_of_DuckDB_however_the_texts_are_stored(int below, int workers)
    {
        WriteFile("coded", new ParquetWriterOptions { DataPageRows = 5000 }, groups: 3);
        WriteFile("plain", new ParquetWriterOptions { Dictionary = DictionaryUse.Never }, groups: 2);
        WriteFile("mixed", new ParquetWriterOptions { DataPageRows = 1500, DictionaryBytes = 60 }, groups: 2);
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(Source));
        Assert.Null(program.CompiledFor(Vm.CodeTrust.Proof).ReduceEngine.Obstacle);

        GroupAnswer answer = (await new QueryExecution(
            _catalog, _readPath.Reactors, program, _catalog.Open("t"), new Dictionary<string, Int128> { ["below"] = below }).RunAsync(workers, CancellationToken.None)).Groups.Single();

        using DuckDb duckDb = new();
        string[] expected = [.. duckDb.Query(
            $"""
            SELECT s, coalesce(t, ''), sum(x), sum(x * d), min(x), max(d), count(t), count(*)
            FROM '{_folder.Path}/t/*.parquet' WHERE d < {below} AND x <> 7 GROUP BY 1, 2
            """).GroupBy(row => (Cut(row[0]!, 4), Cut(row[1]!, 3)))
            .Select(same => Line(
                same.Key.Item1, same.Key.Item2, same.Sum(Number(2)), same.Sum(Number(3)), same.Min(Number(4)), same.Max(Number(5)), same.Sum(Number(6)), same.Sum(Number(7))))
            .Order(StringComparer.Ordinal)];
        Assert.Equal(expected, Lines(answer).Order(StringComparer.Ordinal));
        Assert.True(expected.Length > 20);
    }

    private static Func<string?[], long> Number(int column) => row => long.Parse(row[column]!, CultureInfo.InvariantCulture);

    private static string Cut(string text, int size) => text[..int.Min(text.Length, size)];

    private static string Line(string s, string t, params long[] totals) => $"{s}|{t}: {string.Join(' ', totals)}";

    private static IEnumerable<string> Lines(GroupAnswer answer)
    {
        GroupSelection all = answer.Select(order: null, CancellationToken.None);
        byte[][] columns = [.. Enumerable.Range(0, answer.Columns.Length).Select(column => all.Copy(column, 0, all.Count))];
        for (int group = 0; group < all.Count; group++)
        {
            string Text(int column, int size) => Encoding.UTF8.GetString(columns[column], group * size, size).TrimEnd('\0');
            long Total(int column) => columns[column].Length / all.Count == sizeof(int)
                ? BitConverter.ToInt32(columns[column], group * sizeof(int))
                : BitConverter.ToInt64(columns[column], group * sizeof(long));
            yield return Line(Text(0, 4), Text(1, 3), [.. Enumerable.Range(2, 6).Select(Total)]);
        }
    }

    private void WriteFile(string name, ParquetWriterOptions options, int groups)
    {
        string folder = Path.Combine(_folder.Path, "t");
        Directory.CreateDirectory(folder);
        using FileStream stream = File.Create(Path.Combine(folder, $"{name}.parquet"));
        using ParquetWriter writer = new(
            stream, ParquetSchema.Of(ParquetColumn.Text("s"), ParquetColumn.Text("t").Nullable(), ParquetColumn.Int64("x"), ParquetColumn.Int32("d")), options);
        Random random = new(name.Length + groups);
        for (int group = 0; group < groups; group++)
        {
            RowGroupWriter rowGroup = writer.StartRowGroup(Rows);
            rowGroup.WriteBytes(0, Texts(random, first: 3 * group, nulls: false));
            rowGroup.WriteBytes(1, Texts(random, first: 2 * group, nulls: true));
            rowGroup.Write<long>(2, [.. Enumerable.Range(0, Rows).Select(_ => random.Next(20) == 0 ? 7 : random.NextInt64(-1L << 40, 1L << 40))]);
            rowGroup.Write<int>(3, [.. Enumerable.Range(0, Rows).Select(_ => random.Next(100))]);
        }

        writer.Finish();
    }

    // The first are few; later come others, so that a small dictionary is given up.
    private static ByteArrayBatch Texts(Random random, int first, bool nulls)
    {
        string[] words = ["A", "", "N", "R", "AB", "ABCD", "ABCDE", "ABCDF", "grey", "x", "yy", "zzz", "wwww", "vvvvv"];
        ByteArrayBatch texts = new();
        for (int row = 0; row < Rows; row++)
        {
            if (nulls && random.Next(5) == 0)
            {
                texts.AddNull();
            }
            else
            {
                texts.Add(words[(first + random.Next(row < Rows / 2 ? 3 : 9)) % words.Length]);
            }
        }

        return texts;
    }
}
