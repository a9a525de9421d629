using NearData.Contracts;

namespace NearData.Server;

/// <summary>Lets a bounded number of pieces of work run, a bounded number wait, and refuses the rest at once. Thread-safe.</summary>
internal sealed class WorkGate(string work, int running, int waiting) : IDisposable
{
    private readonly SemaphoreSlim _places = new(running);
    private int _inside;

    /// <summary>Waits for a place; dispose what it gives to leave.</summary>
    /// <exception cref="RpcException">Too many wait already.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _inside) > running + waiting)
        {
            Interlocked.Decrement(ref _inside);
            throw new RpcException(ErrorCode.Overloaded, $"{running} {work} run and {waiting} wait already; try again later.");
        }

        try
        {
            await _places.WaitAsync(cancellation);
            return new Place(this);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Decrement(ref _inside);
            throw;
        }
    }

    public void Dispose() => _places.Dispose();

    private sealed class Place(WorkGate gate) : IDisposable
    {
        public void Dispose()
        {
            gate._places.Release();
            Interlocked.Decrement(ref gate._inside);
        }
    }
}
