namespace NearData.Storage;

/// <summary>Fills a buffer from an offset; null, or why it could not.</summary>
internal delegate StorageException? ReadBytes(long offset, Span<byte> buffer);

/// <summary>A queue pair whose reads are done when they are submitted.</summary>
internal sealed class ImmediateQueuePair : IQueuePair
{
    private readonly ReadBytes _read;
    private readonly CompletionQueue _completions;

    public ImmediateQueuePair(int depth, ReadBytes read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        Depth = depth;
        _read = read;
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

        _completions.Add(new ReadCompletion(request.Tag, _read(request.Offset, request.Buffer.Span)));
        return true;
    }

    public int Poll(Span<ReadCompletion> completions) => _completions.Take(completions);

    public int Wait(Span<ReadCompletion> completions) => _completions.Take(completions);

    public void Dispose()
    {
    }
}
