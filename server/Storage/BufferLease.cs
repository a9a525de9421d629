namespace NearData.Storage;

/// <summary>A rented buffer; dispose gives it back. Nothing may touch <see cref="Memory"/> after that.</summary>
public sealed class BufferLease : IDisposable
{
    private readonly BufferPool _pool;
    private readonly int _start;
    private Slab? _slab;

    internal BufferLease(BufferPool pool, Slab slab, int start, int length)
    {
        _pool = pool;
        _slab = slab;
        _start = start;
        Memory = slab.Memory.Slice(start * BufferPool.Alignment, length);
    }

    /// <summary>As many bytes as were asked for, page-aligned, with whatever was in them before.</summary>
    public Memory<byte> Memory { get; }

    /// <summary>Bytes of the pool that it takes.</summary>
    internal long Footprint => BufferPool.FootprintOf(Memory.Length);

    /// <summary>Where leased bytes are: they don't move before their lease ends.</summary>
    public static unsafe nint AddressOf(ReadOnlySpan<byte> leased)
    {
        fixed (byte* start = leased)
        {
            return (nint)start;
        }
    }

    public void Dispose() => GiveUp(_pool.Return);

    /// <summary>Gives its part of the slab to whoever takes it back, once.</summary>
    internal void GiveUp(Action<Slab, int, int> takeBack)
    {
        if (Interlocked.Exchange(ref _slab, null) is { } slab)
        {
            takeBack(slab, _start, BufferPool.UnitsOf(Memory.Length));
        }
    }
}
