namespace NearData.Storage;

/// <summary>A buffer was asked for that the pool's limit can never give.</summary>
public sealed class BufferLimitException(long requested, long limit)
    : Exception($"A read needs a buffer of {requested} bytes; the node's limit is {limit}.")
{
    /// <summary>Bytes.</summary>
    public long Requested { get; } = requested;

    /// <summary>Bytes.</summary>
    public long Limit { get; } = limit;
}
