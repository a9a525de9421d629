using System.Globalization;
using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>DuckDB in a process of its own; its time is taken there, around the query alone.</summary>
internal sealed class DuckDbContestant : IDisposable
{
    private readonly DuckDb _duckDb = new();
    private readonly string _sql;
    private readonly ProcessMemory _memory;

    public DuckDbContestant(Query query, string folder, string codec, int threads, CacheState cache)
    {
        _sql = (TextData.IsOne(codec) ? TextData.Over(query.Sql, codec) : query.Sql).Replace("{root}", folder, StringComparison.Ordinal);
        _duckDb.Query($"SET threads = {threads}");
        _duckDb.Query($"SET enable_external_file_cache = {(cache == CacheState.Warm ? "true" : "false")}");
        _memory = new ProcessMemory(_duckDb.ProcessId);
    }

    /// <summary>The most memory that it held.</summary>
    public double PeakMib => _memory.PeakMib;

    /// <summary>What its cache of files keeps.</summary>
    public double CacheMib => ProcessMemory.Mib(long.Parse(
        _duckDb.Ask("SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'").Rows[0][0]!, CultureInfo.InvariantCulture));

    public Run Run()
    {
        DuckDbAnswer answer = _duckDb.Ask(_sql);
        return new Run([.. answer.Rows.Select(row => row.Select(value => value ?? "0").ToArray())], answer.Milliseconds);
    }

    public void Dispose() => _duckDb.Dispose();
}
