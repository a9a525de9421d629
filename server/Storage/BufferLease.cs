namespace NearData.Storage;

/// <summary>A rented buffer; dispose gives it back. Nothing may touch <see cref="Memory"/> after that.</summary>
public sealed class BufferLease : IDisposable
{
    private readonly BufferPool _pool;
    private NativeBuffer? _buffer;

    internal BufferLease(BufferPool pool, NativeBuffer buffer, int length)
    {
        _pool = pool;
        _buffer = buffer;
        Memory = buffer.Memory[..length];
    }

    /// <summary>As many bytes as were asked for, page-aligned.</summary>
    public Memory<byte> Memory { get; }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _pool.Return(buffer);
        }
    }
}
