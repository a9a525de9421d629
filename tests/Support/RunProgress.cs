using System.Diagnostics;

namespace NearData.TestSupport;

/// <summary>
/// How far a test over many things is: a line for each 10,000, at the end of the file that <c>NEARDATA_PROGRESS</c> names. A test's own
/// output shows when it ends, and a long run may be stopped before.
/// </summary>
/// <param name="what">What is counted.</param>
public sealed class RunProgress(string what)
{
    private const long Step = 10_000;

    private readonly string? _file = Environment.GetEnvironmentVariable("NEARDATA_PROGRESS");
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly Lock _writing = new();
    private long _done;

    /// <summary>Counts; may be called by several threads.</summary>
    public void Add(long count)
    {
        long done = Interlocked.Add(ref _done, count);
        if (_file is null || done / Step == (done - count) / Step)
        {
            return;
        }

        lock (_writing)
        {
            File.AppendAllText(_file, $"{done} {what} after {_time.Elapsed.TotalSeconds:F0} s\n");
        }
    }
}
