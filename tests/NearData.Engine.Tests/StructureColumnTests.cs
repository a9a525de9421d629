using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Columns inside structures, as DuckDB writes them, through rows with structs inside.</summary>
public sealed class StructureColumnTests : IDisposable
{
    private const string Structures =
        """
        SELECT i AS id, {'a': i * 2, 'b': CASE WHEN i % 5 = 0 THEN NULL ELSE {'c': (i % 7)::INTEGER, 'd': CASE WHEN i % 3 = 0 THEN NULL ELSE i END} END} AS s
        FROM range(1000) t(i)
        """;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 1);
    private readonly Catalog _catalog;

    public StructureColumnTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [FactNeeding(Needs.Clang19 | Needs.Node)]
    public async Task Members_of_structs_are_the_columns_of_their_paths()
    {
        using DuckDb duckDb = new();
        duckDb.Query($"COPY ({Structures}) TO '{_folder.Path}/d.parquet'");

        ExecutionAnswer answer = await RunAsync("result.a += r->s.a; result.d += r->s.b.d.value; if (r->s.b.c.valid) result.c += 1;");

        string?[] expected = duckDb.Query($"SELECT sum(s.a), sum(s.b.d), count(s.b.c) FROM ({Structures})")[0];
        Assert.Equal(expected, answer.Results.Select(result => result.Value.ToString()));
        Assert.Equal(["s.a", "s.b.c", "s.b.d"], answer.ColumnsRead.AsEnumerable());
    }

    [FactNeeding(Needs.Clang19 | Needs.Node)]
    public async Task A_member_that_no_structure_of_the_dataset_has_is_named_by_its_path()
    {
        using DuckDb duckDb = new();
        duckDb.Query("COPY (SELECT {'a': 1, 'b': {'c': 1}} AS s) TO '" + _folder.Path + "/d.parquet'");

        BindingException error = await Assert.ThrowsAsync<BindingException>(() => RunAsync("result.d += r->s.b.d.value;"));

        Assert.Equal((BindingFault.ColumnMissing, "s.b.d"), (error.Fault, error.Field));
    }

    private Task<ExecutionAnswer> RunAsync(string update)
    {
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            $$"""
            #include <neardata.h>
            struct row { struct { __s64 a; struct { ND_NULLABLE(__s32) c; ND_NULLABLE(__s64) d; } b; } s; };
            struct { __s64 a ND_SUM; __s64 d ND_SUM; __u64 c ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct row *r) { {{update}} return 0; }
            """));
        return new QueryExecution(
            _catalog, _readPath.Reactors, program, _catalog.Open("d"), new Dictionary<string, Int128>())
            .RunAsync(1, CancellationToken.None);
    }
}
