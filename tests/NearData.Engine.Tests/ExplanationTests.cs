using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Explanation;
using NearData.Engine.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Tests;

/// <summary>What is said of an execution is what it does.</summary>
public sealed class ExplanationTests : IDisposable
{
    private const string Source =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        const volatile __s64 from, until;
        struct count { __u64 rows ND_SUM; };
        ND_GROUPS(by_y, __s64, struct count, 10);
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x >= from && r->x < until && r->y < 100; }
        SEC("reduce") int add(const struct row *r) { result.total += r->y; return 0; }
        """;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 2);
    private readonly Catalog _catalog;

    public ExplanationTests()
    {
        _catalog = new Catalog(new ServedRoot(_folder.Path));
        for (int file = 0; file < 3; file++)
        {
            long?[] x = [.. Enumerable.Range(0, 1000).Select(row => (long?)(file * 1000) + row)];
            _folder.Write($"d/{file}.parquet", 1, ("x", x), ("y", [.. x.Select(value => value % 10)]));
        }
    }

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [FactNeeding(Needs.Clang19)]
    public void Each_part_is_told_with_what_is_known_of_it_and_what_follows()
    {
        using QueryExecution execution = Prepare(Source, from: 1000, until: 2500, StepMeasuring.Off);
        StageExplanation explained = execution.Explain();

        Assert.Equal([FilterOutcome.DropsAll, FilterOutcome.KeepsAll, FilterOutcome.Unknown], explained.Listed.Select(part => part.Filter));
        Assert.Equal([false, true, true], explained.Listed.Select(part => part.IsRead));
        Assert.Equal(["0.parquet", "1.parquet", "2.parquet"], explained.Listed.Select(part => part.File));
        Assert.Equal("x 1000..1999 None, y 0..9 None", string.Join(", ", explained.Listed[1].Known.Select(known => $"{known.Column} {known.Range.Minimum}..{known.Range.Maximum} {known.Range.Nulls}")));
        Assert.Equal(new PartCounts(All: 3, Pruned: 1, Unread: 0, Read: 2, ReadRows: 2000, PagesPruned: 0), explained.Parts);
        Assert.Equal([("x", ColumnUse.Filter, 0), ("y", ColumnUse.Both, 1)], explained.Columns.Select(column => (column.Name, column.Use, column.Guarded)));
        Assert.Equal(explained.Columns.Sum(column => column.Bytes), explained.Estimate.Bytes);
        Assert.Equal([("keep", "filter"), ("add", "reduce")], explained.Programs.Select(program => (program.Name, program.Section)));
        Assert.All(explained.Programs, program => Assert.Null(program.Engine.Obstacle));
        Assert.Null(explained.Measure);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task What_was_run_is_told_with_its_time_and_its_counters()
    {
        using QueryExecution execution = Prepare(Source, from: 1000, until: 2500, StepMeasuring.On);
        ExecutionAnswer answer = await execution.RunAsync(2, CancellationToken.None);
        StageExplanation explained = execution.Explain();

        StageMeasure measure = explained.Measure!;
        Assert.Equal(Enumerable.Range(1000, 1500).Sum(x => x % 10), (long)answer.Results[0].Value);
        Assert.Equal(explained.Estimate.Bytes, measure.BytesRead);
        Assert.Equal((answer.RowsScanned, answer.RowsKept), (measure.RowsScanned, measure.RowsKept));
        Assert.All([measure.Decode, measure.Filter, measure.Reduce], time => Assert.InRange(time, TimeSpan.FromTicks(1), measure.Elapsed * measure.Workers));
    }

    [FactNeeding(Needs.Clang19)]
    public void Groups_bound_the_answer_and_a_text_file_is_read_whole()
    {
        string csv = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "texts")).FullName, "d.csv");
        File.WriteAllText(csv, "x,y\n" + string.Concat(Enumerable.Range(0, 100).Select(x => $"{x},{x % 7}\n")));
        string grouping = Source.Replace(
            "result.total += r->y;", "__s64 y = r->y; struct count *c = nd_group(&by_y, &y); c->rows += 1;", StringComparison.Ordinal);
        using QueryExecution groups = Prepare(grouping, from: 1000, until: 2500, StepMeasuring.Off);
        using QueryExecution texts = Prepare(Source, from: 0, until: 10, StepMeasuring.Off, "texts");
        StageEstimate rows = groups.Explain().Estimate;
        StageEstimate text = texts.Explain().Estimate;

        // At most ten groups, each with a key of 8 bytes and a total of 16.
        Assert.Equal(10 * 24, rows.Answer.Most - rows.Answer.Least);
        Assert.Equal(new FileInfo(csv).Length, text.Bytes);
        Assert.True(text.Time > TimeSpan.Zero);
    }

    [FactNeeding(Needs.Clang19)]
    public void What_keeps_a_program_from_vectors_is_said_in_words()
    {
        using QueryExecution execution = Prepare(
            Source.Replace("result.total += r->y;", "__s64 y = r->y; struct count *c = nd_group(&by_y, &y); c->rows += 1; y = -y; c = nd_group(&by_y, &y); c->rows += 1;", StringComparison.Ordinal), 0, 10, StepMeasuring.Off);
        EngineChoice engine = execution.Explain().Programs[1].Engine;
        Assert.Equal(1, engine.Lanes);
        Assert.StartsWith("add runs a record at a time: ", engine.Obstacle);
    }

    private QueryExecution Prepare(string source, long from, long until, StepMeasuring measuring, string dataset = "d") => new(
        _catalog,
        _readPath.Reactors,
        LoadedProgram.Load(Clang.Compile(source)),
        _catalog.Open(dataset),
        ParameterValue.Of(new Dictionary<string, Int128> { ["from"] = from, ["until"] = until }),
        measuring: measuring);
}
