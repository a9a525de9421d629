namespace NearData.Engine.Reactors;

/// <summary>
/// Jobs that can't go on without memory, first come first served. While somebody stands in it nobody else rents, so that no stream of small
/// buffers keeps a large one waiting. Who stands in it holds none itself: whoever does hold some goes on and gives it back, so the line
/// moves. Thread-safe.
/// </summary>
internal sealed class MemoryLine
{
    private readonly Lock _lock = new();
    private readonly List<ReactorJob> _waiting = [];
    private volatile bool _isEmpty = true;

    public bool IsEmpty => _isEmpty;

    /// <summary>Stands in line, unless it does; says whether it is the first.</summary>
    public bool Join(ReactorJob job)
    {
        lock (_lock)
        {
            if (!_waiting.Contains(job))
            {
                _waiting.Add(job);
                _isEmpty = false;
            }

            return _waiting[0] == job;
        }
    }

    /// <summary>Leaves the line; says whether somebody else moved up.</summary>
    public bool Leave(ReactorJob job)
    {
        lock (_lock)
        {
            bool moved = _waiting.Remove(job) && _waiting.Count > 0;
            _isEmpty = _waiting.Count == 0;
            return moved;
        }
    }
}
