namespace NearData.Compare;

/// <summary>Where the files' bytes are when a run begins.</summary>
internal enum CacheState
{
    /// <summary>In memory: the page cache, and what either engine keeps itself.</summary>
    Warm,

    /// <summary>In the page cache alone: neither engine keeps anything.</summary>
    Page,

    /// <summary>On the disk: dropped from the page cache before each run, and neither engine keeps anything.</summary>
    Cold,
}

/// <summary>One query over one file with one setting of both engines, and the better of many runs of each.</summary>
/// <param name="Case">The query, such as <c>q6</c>.</param>
/// <param name="ScaleFactor">TPC-H's.</param>
/// <param name="Codec">How the file's pages are packed.</param>
/// <param name="Threads">Of each engine.</param>
/// <param name="Cache">Where the files were: <c>warm</c>, <c>page</c> or <c>cold</c>.</param>
/// <param name="Repeat">Runs of each, in turn.</param>
/// <param name="NeardataMs">Our least time, in milliseconds.</param>
/// <param name="DuckdbMs">DuckDB's least time, in milliseconds.</param>
/// <param name="NeardataMedianMs">Our median.</param>
/// <param name="DuckdbMedianMs">DuckDB's median.</param>
/// <param name="NeardataPeakMib">The most memory of the process that held our engine, during the runs.</param>
/// <param name="DuckdbPeakMib">The most memory of DuckDB's process.</param>
/// <param name="NeardataCacheMib">Of our peak, what the buffer cache keeps of the file for later runs.</param>
/// <param name="DuckdbCacheMib">Of DuckDB's peak, what its cache of files keeps.</param>
internal sealed record CompareCase(
    string Case,
    double ScaleFactor,
    string Codec,
    int Threads,
    string Cache,
    int Repeat,
    double NeardataMs,
    double DuckdbMs,
    double NeardataMedianMs,
    double DuckdbMedianMs,
    double NeardataPeakMib,
    double DuckdbPeakMib,
    double NeardataCacheMib,
    double DuckdbCacheMib)
{
    /// <summary>DuckDB's least time over ours: above 1 we are faster.</summary>
    public double Ratio => Math.Round(DuckdbMs / NeardataMs, 3);
}
