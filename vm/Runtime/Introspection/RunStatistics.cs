using System.Diagnostics;

namespace NearData.Vm.Introspection;

/// <summary>
/// How often a program has run and for how long, as the kernel's <c>run_cnt</c> and <c>run_time_ns</c>. Nothing is counted while it is off,
/// and a run then costs one look at a flag. Any thread.
/// </summary>
public sealed class RunStatistics
{
    /// <summary>
    /// Of programs that are called for one packet at a time one run in so many is timed: two looks at the clock take longer than many programs.
    /// </summary>
    private const long RunsOfSample = 64;

    private long _runs;
    private long _ticks;
    private volatile bool _isOn;

    /// <summary>Whether runs are counted and timed. Runs that have begun are not.</summary>
    public bool IsOn
    {
        get => _isOn;
        set => _isOn = value;
    }

    /// <summary>Runs while it was on: of a program over rows one for each row.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    /// <summary>The time that they took, over all threads.</summary>
    public TimeSpan Time => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _ticks));

    /// <summary>Begins many runs at once.</summary>
    /// <returns>What <see cref="End"/> takes.</returns>
    internal long Begin() => _isOn ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Ends the runs that <see cref="Begin"/> began.</summary>
    internal void End(long begun, long runs)
    {
        if (begun != 0)
        {
            Interlocked.Add(ref _ticks, Stopwatch.GetTimestamp() - begun);
            Interlocked.Add(ref _runs, runs);
        }
    }

    /// <summary>Begins a single run.</summary>
    /// <returns>What <see cref="EndSingle"/> takes.</returns>
    internal long BeginSingle() => _isOn && Interlocked.Increment(ref _runs) % RunsOfSample == 1 ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Ends the run that <see cref="BeginSingle"/> began; it stands for those that aren't timed.</summary>
    internal void EndSingle(long begun)
    {
        if (begun != 0)
        {
            Interlocked.Add(ref _ticks, (Stopwatch.GetTimestamp() - begun) * RunsOfSample);
        }
    }
}

/// <summary>The statistics of a query's programs, over all its executions.</summary>
public sealed class QueryStatistics
{
    /// <summary>Of the filter: a run for each row that it looked at.</summary>
    public RunStatistics Filter { get; } = new();

    /// <summary>Of the reduce program: a run for each row that it was called with.</summary>
    public RunStatistics Reduce { get; } = new();

    /// <summary>Whether runs are counted and timed.</summary>
    public bool IsOn
    {
        get => Filter.IsOn;
        set => Filter.IsOn = Reduce.IsOn = value;
    }
}
