using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>A table that DuckDB writes, for C programs and DuckDB to be asked the same of.</summary>
public sealed class ColumnsInPrograms : IDisposable
{
    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 2);
    private readonly DuckDb _duckDb = new();

    /// <summary>Writes a Parquet file of what a query gives; <c>t</c> is its name in questions.</summary>
    public void Write(string select, string options = "ROW_GROUP_SIZE 4096")
    {
        string folder = Path.Combine(_folder.Path, "t");
        Directory.CreateDirectory(folder);
        _duckDb.Query($"COPY ({select}) TO '{folder}/t.parquet' (FORMAT parquet, {options})");
    }

    /// <summary>DuckDB's answer: the one row that a query over <c>t</c> gives.</summary>
    public string?[] Ask(string select) => _duckDb.Query(select.Replace(" FROM t", $" FROM '{_folder.Path}/t/t.parquet'", StringComparison.Ordinal)).Single();

    /// <summary>A C program's answer; <c>neardata.h</c> is included.</summary>
    public async Task<ExecutionAnswer> RunAsync(string source, params (string Name, Int128 Value)[] parameters)
    {
        Catalog catalog = new(new ServedRoot(_folder.Path));
        LoadedProgram program = LoadedProgram.Load(Clang.Compile($"#include <neardata.h>\n{source}"));
        return await new QueryExecution(
            catalog, _readPath.Reactors, program, catalog.Open("t"), parameters.ToDictionary(given => given.Name, given => given.Value))
            .RunAsync(2, CancellationToken.None);
    }

    public void Dispose()
    {
        _duckDb.Dispose();
        _readPath.Dispose();
        _folder.Dispose();
    }
}
