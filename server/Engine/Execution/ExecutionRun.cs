namespace NearData.Engine.Execution;

/// <summary>What the shares of one execution have in common beside the plan: whether they go on, and how it ended. Thread-safe.</summary>
internal sealed class ExecutionRun(int shares)
{
    // Continued elsewhere: a reactor has other things to do than to merge.
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private Exception? _failure;
    private int _running = shares;

    /// <summary>Ends when every share has ended, with the first failure if there was one.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether shares end as soon as they can: the answer would not be whole.</summary>
    public bool IsStopping => _isStopping;

    public void Stop() => _isStopping = true;

    public void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, comparand: null);
        Stop();
    }

    /// <summary>One share has ended.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _running) > 0)
        {
            return;
        }

        if (_failure is { } failure)
        {
            _ended.SetException(failure);
        }
        else
        {
            _ended.SetResult();
        }
    }
}
