namespace NearData.Storage;

/// <summary>
/// Page-aligned buffers for reads, rented and given back, with a limit on the memory they are cut from. Each reactor's buffers come out
/// of slabs of its own as long as the limit leaves room for those, so that its ring registers, and its memory node holds, what it reads
/// into. Thread-safe.
/// </summary>
public sealed class BufferPool : IDisposable
{
    /// <summary>O_DIRECT and NVMe both want page-aligned memory.</summary>
    public const int Alignment = 4096;

    /// <summary>
    /// The longest slab of several buffers: few enough of a large pool to register each. A reactor's first one is a huge page, or what it rents at
    /// one time, and each further one as long as those before it together: what is registered is in memory as a whole.
    /// </summary>
    private const long LongestSlab = 16 << 20;

    private readonly Lock _lock = new();
    private readonly List<Slab> _slabs = [];
    private readonly Action<string>? _report;
    private PageKind? _reported;
    private long _mapped;
    private long _rented;
    private bool _disposed;

    /// <param name="limit">The most bytes that buffers take at one time.</param>
    /// <param name="report">Told which pages the memory is made of.</param>
    public BufferPool(long limit, Action<string>? report = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, Alignment);
        Limit = limit & -Alignment;
        _report = report;
    }

    /// <summary>After a buffer came back. Raised by whichever thread gave it back, outside of the pool's lock.</summary>
    public event EventHandler? Returned;

    /// <summary>The most bytes that buffers take at one time.</summary>
    public long Limit { get; }

    /// <summary>Bytes of memory that buffers are cut from now.</summary>
    public long Mapped => Interlocked.Read(ref _mapped);

    /// <summary>Bytes rented now.</summary>
    public long Rented => Interlocked.Read(ref _rented);

    /// <summary>A buffer, with whatever it held before; null while the limit is used up.</summary>
    /// <param name="length">Bytes, at least 1.</param>
    /// <param name="home">The reactor that reads into it.</param>
    /// <exception cref="BufferLimitException">The length can never be had.</exception>
    public BufferLease? TryRent(long length, int home = 0)
    {
        BufferLease[] lease = new BufferLease[1];
        return TryRent([length], lease, home) ? lease[0] : null;
    }

    /// <summary>Rents several buffers, or none while the limit has no room for all.</summary>
    /// <param name="lengths">Bytes of each, at least 1.</param>
    /// <param name="leases">Filled when it succeeds; as long.</param>
    /// <param name="home">The reactor that reads into them.</param>
    /// <exception cref="BufferLimitException">The lengths can never be had.</exception>
    public bool TryRent(ReadOnlySpan<long> lengths, Span<BufferLease> leases, int home = 0)
    {
        CheckPossible(lengths);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (TryTake(lengths, leases, home))
            {
                return true;
            }

            if (_rented > 0 || _slabs.Count == 0)
            {
                return false;
            }

            // They may fit slabs that are cut for them.
            while (_slabs.Count > 0)
            {
                Free(_slabs[^1]);
            }

            return TryTake(lengths, leases, home);
        }
    }

    /// <summary>Gives the slabs of a reactor that nothing is rented of back to the system, but for those of one huge page: little work finds one.</summary>
    /// <param name="home">The reactor.</param>
    /// <returns>Whether there were any.</returns>
    public bool Trim(int home)
    {
        lock (_lock)
        {
            Slab[] idle = [.. _slabs.Where(slab => slab.Home == home && slab.IsFree && slab.Length > PageMemory.HugePage)];
            Array.ForEach(idle, Free);
            return idle.Length > 0;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _slabs.RemoveAll(FreeIfUnused);
        }
    }

    internal static int UnitsOf(int length) => (length - 1) / Alignment + 1;

    internal static long FootprintOf(int length) => (long)UnitsOf(length) * Alignment;

    internal void Return(Slab slab, int start, int units)
    {
        lock (_lock)
        {
            Give(slab, start, units);
            if (_disposed && FreeIfUnused(slab))
            {
                _slabs.Remove(slab);
            }
        }

        Returned?.Invoke(this, EventArgs.Empty);
    }

    private bool FreeIfUnused(Slab slab)
    {
        if (slab.IsFree && !slab.IsGone)
        {
            _mapped -= slab.Length;
            slab.Free();
        }

        return slab.IsGone;
    }

    private void CheckPossible(ReadOnlySpan<long> lengths)
    {
        long sum = 0;
        foreach (long length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(length, 1, nameof(lengths));
            sum += length;
            long longest = int.MaxValue & -Alignment;
            if (length > longest || sum > Limit)
            {
                throw new BufferLimitException(Math.Max(sum, length), length > longest ? longest : Limit);
            }
        }
    }

    private bool TryTake(ReadOnlySpan<long> lengths, Span<BufferLease> leases, int home)
    {
        long left = 0;
        foreach (long length in lengths)
        {
            left += FootprintOf((int)length);
        }

        for (int i = 0; i < lengths.Length; i++)
        {
            if (Take((int)lengths[i], home, left) is not { } lease)
            {
                TakeBack(leases[..i]);
                return false;
            }

            leases[i] = lease;
            left -= lease.Footprint;
        }

        return true;
    }

    /// <param name="length">Bytes of the buffer.</param>
    /// <param name="home">The reactor that reads into it.</param>
    /// <param name="left">Bytes that are rented with it, its own included.</param>
    private BufferLease? Take(int length, int home, long left)
    {
        int units = UnitsOf(length);
        BufferLease? lease = Cut(units, length, home, elsewhere: false)
            ?? (TryMap(units, home, left) ? Cut(units, length, home, elsewhere: false) : null)
            ?? Cut(units, length, home, elsewhere: true);
        _rented += lease?.Footprint ?? 0;
        return lease;
    }

    private void TakeBack(ReadOnlySpan<BufferLease> leases)
    {
        foreach (BufferLease lease in leases)
        {
            lease.GiveUp(Give);
        }
    }

    private void Give(Slab slab, int start, int units)
    {
        slab.Give(start, units);
        _rented -= (long)units * Alignment;
    }

    private BufferLease? Cut(int units, int length, int home, bool elsewhere)
    {
        foreach (Slab slab in _slabs)
        {
            if ((slab.Home == home) != elsewhere && slab.Take(units) is >= 0 and var start)
            {
                return new BufferLease(this, slab, start, length);
            }
        }

        return null;
    }

    /// <summary>Maps another slab; false when the limit has no room for it, not even without the slabs that lie idle, or the system none.</summary>
    private bool TryMap(int units, int home, long left)
    {
        long needed = (long)units * Alignment;
        if (_mapped - _slabs.Where(slab => slab.IsFree).Sum(slab => slab.Length) + needed > Limit)
        {
            return false;
        }

        while (_mapped + needed > Limit)
        {
            Free(_slabs.First(slab => slab.IsFree));
        }

        // A buffer that is longer than that gets a slab for itself. All are whole huge pages.
        long wanted = Math.Max(needed, Math.Min(Math.Max(MappedFor(home), left), LongestSlab));
        wanted = (wanted + PageMemory.HugePage - 1) & -PageMemory.HugePage;
        if (Slab.TryCreate(Math.Min(wanted, Limit - _mapped), home) is not { } added)
        {
            return false;
        }

        _mapped += added.Length;
        _slabs.Add(added);
        Report(added.Pages);
        return true;
    }

    private long MappedFor(int home)
    {
        long mapped = 0;
        foreach (Slab slab in _slabs)
        {
            mapped += slab.Home == home ? slab.Length : 0;
        }

        return mapped;
    }

    private void Free(Slab idle)
    {
        _mapped -= idle.Length;
        _slabs.Remove(idle);
        idle.Free();
    }

    private void Report(PageKind pages)
    {
        if (_reported != pages)
        {
            _reported = pages;
            _report?.Invoke(pages switch
            {
                PageKind.ReservedHuge => "buffers of reserved huge pages",
                PageKind.TransparentHuge => "buffers of transparent huge pages; none are reserved (vm.nr_hugepages)",
                _ => "buffers of ordinary pages; the kernel has no huge ones",
            });
        }
    }
}
