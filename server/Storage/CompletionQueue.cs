namespace NearData.Storage;

/// <summary>A ring of completions of reads that end as they are submitted. One thread.</summary>
internal sealed class CompletionQueue(int depth)
{
    private readonly ReadCompletion[] _ring = new ReadCompletion[depth];
    private int _first;

    public int Count { get; private set; }

    public bool IsFull => Count == _ring.Length;

    public void Add(ReadCompletion completion)
    {
        _ring[(_first + Count) % _ring.Length] = completion;
        Count++;
    }

    public int Take(Span<ReadCompletion> completions)
    {
        int taken = Math.Min(Count, completions.Length);
        for (int i = 0; i < taken; i++)
        {
            completions[i] = _ring[_first];
            _ring[_first] = default;
            _first = (_first + 1) % _ring.Length;
        }

        Count -= taken;
        return taken;
    }
}
