using System.Numerics;

namespace NearData.Storage;

/// <summary>
/// Page-aligned native buffers for reads, rented and given back, with a limit on the bytes rented at one time.
/// Thread-safe. A renter takes all that it needs in one lease: a thread that waits while it holds another lease could wait
/// for itself.
/// </summary>
public sealed class BufferPool : IDisposable
{
    /// <summary>O_DIRECT and NVMe both want page-aligned memory.</summary>
    public const int Alignment = 4096;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _returned = new(0);
    private readonly Dictionary<long, Stack<NativeBuffer>> _free = [];
    private long _rented;
    private long _kept;
    private int _waiting;
    private bool _disposed;

    /// <param name="limit">The most bytes rented at one time.</param>
    public BufferPool(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, Alignment);
        Limit = limit;
    }

    /// <summary>The most bytes rented at one time.</summary>
    public long Limit { get; }

    /// <summary>Bytes rented now.</summary>
    public long Rented => Interlocked.Read(ref _rented);

    /// <summary>A buffer of at least <paramref name="length"/> bytes, with whatever it held before; waits while the limit is used up.</summary>
    /// <exception cref="BufferLimitException">The length can never be had.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public BufferLease Rent(long length, CancellationToken cancellation)
    {
        long size = SizeClass(length);
        if (size > Limit || length > int.MaxValue)
        {
            throw new BufferLimitException(length, Math.Min(Limit, int.MaxValue));
        }

        while (true)
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_rented + size <= Limit)
                {
                    _rented += size;
                    return new BufferLease(this, Take(size), (int)length);
                }

                _waiting++;
            }

            _returned.Wait(cancellation);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (NativeBuffer buffer in _free.Values.SelectMany(stack => stack))
            {
                buffer.Free();
            }

            _free.Clear();
        }
    }

    internal void Return(NativeBuffer buffer)
    {
        lock (_lock)
        {
            _rented -= buffer.Length;
            if (_disposed)
            {
                buffer.Free();
            }
            else
            {
                if (!_free.TryGetValue(buffer.Length, out Stack<NativeBuffer>? stack))
                {
                    _free[buffer.Length] = stack = new Stack<NativeBuffer>();
                }

                stack.Push(buffer);
                _kept += buffer.Length;
            }

            // Every waiter looks again: which of them now fits depends on its size.
            if (_waiting > 0)
            {
                _returned.Release(_waiting);
                _waiting = 0;
            }
        }
    }

    /// <summary>Powers of two, so that a buffer given back fits the next renter.</summary>
    private static long SizeClass(long length) => (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(length, Alignment));

    private NativeBuffer Take(long size)
    {
        if (_free.TryGetValue(size, out Stack<NativeBuffer>? stack) && stack.TryPop(out NativeBuffer? buffer))
        {
            _kept -= size;
            return buffer;
        }

        // Buffers of other sizes that lie idle count too: what is rented and what is kept stay within the limit together.
        foreach (Stack<NativeBuffer> other in _free.Values)
        {
            while (_rented + _kept > Limit && other.TryPop(out NativeBuffer? idle))
            {
                _kept -= idle.Length;
                idle.Free();
            }
        }

        return new NativeBuffer(size);
    }
}
