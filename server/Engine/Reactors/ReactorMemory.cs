using NearData.Engine.Formats;
using NearData.Storage;

namespace NearData.Engine.Reactors;

/// <summary>Buffers for the jobs of one reactor. The reactor's thread.</summary>
public sealed class ReactorMemory : ILoadMemory
{
    private readonly ReactorGroup _group;
    private readonly int _home;

    internal ReactorMemory(ReactorGroup group, int home)
    {
        _group = group;
        _home = home;
    }

    /// <summary>What was read lately.</summary>
    public BufferCache Cache => _group.Cache;

    /// <summary>
    /// Bytes that one job should have asked for ahead of its work: what keeps a device busy, divided among the reactor's jobs.
    /// </summary>
    public long ReadAhead { get; internal set; }

    /// <summary>Whether there may be memory for work ahead: not while somebody can't go on without.</summary>
    public bool HasSpare => _group.Line.IsEmpty;

    /// <summary>
    /// Stands in line for memory that a job can't go on without, holding none; true when it is the job's turn to rent. Then it rents, and
    /// leaves the line; or it stays there, and is called again after memory came back.
    /// </summary>
    public bool StandInLine(ReactorJob job) => _group.Line.Join(job);

    /// <summary>Leaves the line, after the job rented or when it ends.</summary>
    public void LeaveLine(ReactorJob job)
    {
        if (_group.Line.Leave(job))
        {
            _group.Wake();
        }
    }

    /// <summary>Rents buffers, all or none.</summary>
    /// <param name="lengths">Bytes of each.</param>
    /// <param name="leases">Filled when it succeeds.</param>
    /// <exception cref="BufferLimitException">They can't be had even while nobody holds any.</exception>
    public bool TryRent(ReadOnlySpan<long> lengths, Span<BufferLease> leases)
    {
        if (Cache.TryRent(lengths, leases, _home))
        {
            return true;
        }

        // Nothing can come back. Lengths that fit the limit may still not fit its slabs.
        return _group.Pool.Rented > 0 ? false : throw new BufferLimitException(Sum(lengths), _group.Pool.Limit);
    }

    private static long Sum(ReadOnlySpan<long> lengths)
    {
        long sum = 0;
        foreach (long length in lengths)
        {
            sum += length;
        }

        return sum;
    }
}
