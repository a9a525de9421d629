using System.Text;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.TestSupport;
using NearData.Vm;

namespace NearData.Engine.Tests;

/// <summary>What executions of a program have found out of its filter serves the next ones: never for other parameters, and for whatever files hold then.</summary>
public sealed class RememberedFilterTests : IDisposable
{
    private const int Rows = 3_000;
    private const int Groups = 3;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(cacheBytes: 8 << 20, reactors: 2);
    private readonly Catalog _catalog;

    public RememberedFilterTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Executions_at_one_time_with_several_parameters_give_each_its_own_answer()
    {
        using LoadedProgram program = Load();
        (string Mode, long X)[] rows = Write("d/a.parquet", ["AIR", "FOB", "MAIL", "RAIL"], seed: 1);
        (string, long)[] parameters = [.. from mode in (string[])["AIR", "RAIL", "SHIP", ""] from least in (long[])[0, 40, 99] select (mode, least)];

        await Parallel.ForEachAsync(Enumerable.Range(0, 8 * parameters.Length), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (run, _) =>
        {
            (string mode, long least) = parameters[run % parameters.Length];
            Assert.Equal(Expected(rows, mode, least), await RunAsync(program, mode, least));
        });
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_file_that_was_replaced_is_answered_by_what_it_holds_now()
    {
        using LoadedProgram program = Load();
        for (int version = 0; version < 6; version++)
        {
            (string Mode, long X)[] rows = Write("d/a.parquet", version % 2 == 0 ? ["AIR", "FOB"] : ["RAIL", "SHIP", "AIR REG", "AIR"], seed: version, most: 50 * (version + 1));
            for (int run = 0; run < 3; run++)
            {
                Assert.Equal(Expected(rows, "AIR", 30), await RunAsync(program, "AIR", 30));
                Assert.Equal(Expected(rows, "SHIP", 30), await RunAsync(program, "SHIP", 30));
            }
        }
    }

    [FactNeeding(Needs.Clang19)]
    public async Task What_was_found_out_of_texts_is_kept_for_each_set_of_parameters()
    {
        using LoadedProgram program = Load();
        Write("d/a.parquet", ["AIR", "FOB", "MAIL"], seed: 1);
        await RunAsync(program, "AIR", 5);

        TextMemory known = Known(program, "AIR", 5);
        Assert.Equal([true, false, false, null], new[] { "AIR", "FOB", "MAIL", "SHIP" }.Select(mode => known.Recall(1, Encoding.UTF8.GetBytes(mode))));
        await RunAsync(program, "FOB", 5);
        Assert.Equal([false, true], new[] { "AIR", "FOB" }.Select(mode => Known(program, "FOB", 5).Recall(1, Encoding.UTF8.GetBytes(mode))));
    }

    private static TextMemory Known(LoadedProgram program, string mode, long least) => program.Guards.Of(
        ParameterValues.Bind(program.Query, Parameters(mode, least)).ToArray(), _ => throw new InvalidOperationException("Nothing was kept.")).Texts;

    private static Dictionary<string, ParameterValue> Parameters(string mode, long least) =>
        new() { ["mode"] = new ParameterValue.Text([.. Encoding.UTF8.GetBytes(mode)]), ["least"] = (Int128)least };

    private async Task<(long Total, long Rows)> RunAsync(LoadedProgram program, string mode, long least)
    {
        using QueryExecution execution = new(_catalog, _readPath.Reactors, program, _catalog.Open("d"), Parameters(mode, least));
        ExecutionAnswer answer = await execution.RunAsync(2, CancellationToken.None);
        return ((long)answer.Results[0].Value, (long)answer.Results[1].Value);
    }

    /// <summary>Writes row groups of the same rows, under another name first: nobody sees half a file.</summary>
    private (string Mode, long X)[] Write(string file, string[] modes, int seed, int most = 100)
    {
        Random random = new(seed);
        (string Mode, long X)[] rows = [.. Enumerable.Range(0, Rows).Select(_ => (modes[random.Next(modes.Length)], random.NextInt64(most)))];
        string written = $"{file}.written";
        _folder.Write(written, [ParquetColumn.Int64("x"), ParquetColumn.Text("mode")], Rows, Groups, (writer, column) =>
        {
            if (column == 0)
            {
                writer.Write<long>(column, [.. rows.Select(row => row.X)]);
                return;
            }

            ByteArrayBatch texts = new();
            foreach ((string mode, _) in rows)
            {
                texts.Add(mode);
            }

            writer.WriteBytes(column, texts);
        });
        File.Move(Path.Combine(_folder.Path, written), Path.Combine(_folder.Path, file), overwrite: true);
        return [.. Enumerable.Repeat(rows, Groups).SelectMany(group => group)];
    }

    private static LoadedProgram Load() => LoadedProgram.Load(Clang.Compile(
        """
        #include <neardata.h>
        struct row { __s64 x; struct nd_str mode; };
        const volatile char mode[8];
        const volatile __s64 least;
        struct { __s64 total ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return nd_str_eq(r->mode, ND_TEXT_OF(mode)) && r->x >= least; }
        SEC("reduce") int add(const struct row *r) { result.total += r->x; result.rows += 1; return 0; }
        """));

    private static (long Total, long Rows) Expected((string Mode, long X)[] rows, string mode, long least)
    {
        long[] kept = [.. rows.Where(row => row.Mode == mode && row.X >= least).Select(row => row.X)];
        return (kept.Sum(), kept.Length);
    }
}
