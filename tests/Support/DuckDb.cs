using System.Diagnostics;
using System.Text.Json;

namespace NearData.TestSupport;

/// <summary>
/// DuckDB in a Node.js process of its own, asked over a pipe: the independent reader that answers are held against.
/// Not thread-safe: one question at a time.
/// </summary>
public sealed class DuckDb : IDisposable
{
    private readonly Process _process;

    public DuckDb()
    {
        string folder = Path.Combine(Ground.Repository, "tests/oracles");
        _process = Process.Start(new ProcessStartInfo("node", "duckdb.mjs")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("node did not start.");
    }

    /// <summary>The process that it runs in.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Rows of values as DuckDB prints them; SQL null is null.</summary>
    public string?[][] Query(string sql) => Ask(sql).Rows;

    /// <summary>As <see cref="Query"/>, with the time that the query took in DuckDB's process.</summary>
    public DuckDbAnswer Ask(string sql)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(new { sql }));
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("DuckDB's process ended.");
        using JsonDocument answer = JsonDocument.Parse(line);
        if (answer.RootElement.TryGetProperty("error", out JsonElement error))
        {
            throw new InvalidOperationException($"DuckDB: {error.GetString()}\n{sql}");
        }

        string?[][] rows = [.. answer.RootElement.GetProperty("rows").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(value => value.GetString()).ToArray())];
        return new DuckDbAnswer(rows, answer.RootElement.GetProperty("milliseconds").GetDouble());
    }

    /// <summary>The one value of a query that gives one row with one column.</summary>
    public string? Scalar(string sql) => Query(sql).Single().Single();

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>What DuckDB answered.</summary>
/// <param name="Rows">Values as DuckDB prints them; SQL null is null.</param>
/// <param name="Milliseconds">From handing over the SQL to having all rows, in DuckDB's process.</param>
public sealed record DuckDbAnswer(string?[][] Rows, double Milliseconds);
