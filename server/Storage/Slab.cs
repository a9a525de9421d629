using System.Buffers;
using System.Numerics;

namespace NearData.Storage;

/// <summary>
/// A stretch of memory that leases are cut from, in units of <see cref="BufferPool.Alignment"/>: what a ring registers, and what a
/// driver maps for its device, once for all the leases in it. Outside the collector's reach. The pool locks around it.
/// </summary>
internal sealed unsafe class Slab : MemoryManager<byte>
{
    private const int Unit = BufferPool.Alignment;

    private readonly ulong[] _taken;
    private readonly int _units;
    private byte* _address;
    private int _free;

    private Slab(byte* address, PageKind pages, long length, int home)
    {
        _address = address;
        Pages = pages;
        Length = length;
        Home = home;
        _units = (int)(length / Unit);
        _free = _units;
        _taken = new ulong[(_units + 63) / 64];
    }

    /// <summary>A slab, or null when the system has no memory for it.</summary>
    /// <param name="length">Bytes, a multiple of the unit, at most <see cref="int.MaxValue"/>.</param>
    /// <param name="home">The reactor that it is made for.</param>
    public static Slab? TryCreate(long length, int home)
    {
        byte* address = PageMemory.TryMap((nuint)length, out PageKind pages);
        return address == null ? null : new Slab(address, pages, length, home);
    }

    public PageKind Pages { get; }

    public long Length { get; }

    public int Home { get; }

    /// <summary>Whether nothing of it is leased.</summary>
    public bool IsFree => _free == _units;

    /// <summary>Whether its memory was given back to the system.</summary>
    public bool IsGone => _address is null;

    /// <summary>Where it starts; for who hands it to a device.</summary>
    public void* Address => _address;

    /// <summary>Takes neighbouring units; gives the first one's number, or -1 when no gap is as long.</summary>
    public int Take(int units)
    {
        if (units > _free)
        {
            return -1;
        }

        for (int start = Next(0, taken: false); start + units <= _units;)
        {
            int end = Next(start, taken: true);
            if (end - start >= units)
            {
                Mark(start, units);
                _free -= units;
                return start;
            }

            start = Next(end, taken: false);
        }

        return -1;
    }

    public void Give(int start, int units)
    {
        Mark(start, units);
        _free += units;
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(IsGone, this);
        return new Span<byte>(_address, (int)Length);
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new(_address + elementIndex);

    public override void Unpin()
    {
    }

    public void Free() => ((IDisposable)this).Dispose();

    protected override void Dispose(bool disposing)
    {
        if (!IsGone)
        {
            PageMemory.Unmap(_address, (nuint)Length);
            _address = null;
        }
    }

    /// <summary>The first unit from a place on that is taken, or free; the number of units when there is none.</summary>
    private int Next(int unit, bool taken)
    {
        while (unit < _units)
        {
            ulong word = (taken ? _taken[unit / 64] : ~_taken[unit / 64]) >> (unit % 64);
            if (word != 0)
            {
                return Math.Min(unit + BitOperations.TrailingZeroCount(word), _units);
            }

            unit = (unit / 64 + 1) * 64;
        }

        return _units;
    }

    private void Mark(int start, int units)
    {
        for (int unit = start; unit < start + units;)
        {
            int count = Math.Min(64 - unit % 64, start + units - unit);
            ulong mask = (count == 64 ? ulong.MaxValue : (1UL << count) - 1) << (unit % 64);
            _taken[unit / 64] ^= mask;
            unit += count;
        }
    }
}
