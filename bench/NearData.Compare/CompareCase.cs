namespace NearData.Compare;

/// <summary>One query over one file with one setting of both engines, and the better of many runs of each.</summary>
/// <param name="Case">The query, such as <c>q6</c>.</param>
/// <param name="ScaleFactor">TPC-H's.</param>
/// <param name="Codec">How the file's pages are packed.</param>
/// <param name="Threads">Of each engine.</param>
/// <param name="Cache">Whether the file lay in the page cache: <c>warm</c>.</param>
/// <param name="Repeat">Runs of each, in turn.</param>
/// <param name="NeardataMs">Our least time, in milliseconds.</param>
/// <param name="DuckdbMs">DuckDB's least time, in milliseconds.</param>
/// <param name="NeardataMedianMs">Our median.</param>
/// <param name="DuckdbMedianMs">DuckDB's median.</param>
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
    double DuckdbMedianMs)
{
    /// <summary>DuckDB's least time over ours: above 1 we are faster.</summary>
    public double Ratio => Math.Round(DuckdbMs / NeardataMs, 3);
}
