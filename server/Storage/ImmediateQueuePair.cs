namespace NearData.Storage;

/// <summary>A queue pair whose reads are done when they are submitted, by the thread that submits them.</summary>
internal sealed class ImmediateQueuePair : IQueuePair
{
    private readonly CompletionQueue _completions;

    public ImmediateQueuePair(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        Depth = depth;
        _completions = new CompletionQueue(depth);
    }

    public int Depth { get; }

    public int InFlight => _completions.Count;

    public bool TrySubmit(in ReadRequest request)
    {
        if (_completions.IsFull)
        {
            return false;
        }

        _completions.Add(new ReadCompletion(request.Tag, ((IBlockingDevice)request.Device).Read(request.Offset, request.Buffer.Span)));
        return true;
    }

    public int Poll(Span<ReadCompletion> completions) => _completions.Take(completions);

    public int Wait(Span<ReadCompletion> completions) => _completions.Take(completions);

    public void Release(IDevice device)
    {
    }

    public void ReleaseSlabs()
    {
    }

    public void Dispose()
    {
    }
}
