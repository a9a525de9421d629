namespace NearData.Storage;

/// <summary>
/// A submission queue with its completion queue, as NVMe pairs them (NVM Express Base Specification, 3.3), over all devices of one kind.
/// One thread submits and polls; nothing is locked and nothing is allocated per request.
/// </summary>
public interface IQueuePair : IDisposable
{
    /// <summary>The most reads in flight.</summary>
    int Depth { get; }

    /// <summary>Reads submitted and not yet polled.</summary>
    int InFlight { get; }

    /// <summary>
    /// Hands a read to the device; false when the queue takes no more until one that is in flight was polled. The buffer belongs to the
    /// device until the read's completion was polled: each read has exactly one, whatever happens to the queue.
    /// </summary>
    bool TrySubmit(in ReadRequest request);

    /// <summary>Takes up to <paramref name="completions"/>.Length completions, in any order; 0 when none is ready.</summary>
    int Poll(Span<ReadCompletion> completions);

    /// <summary>As <see cref="Poll"/>, but waits until there is one; 0 only when no read is in flight.</summary>
    int Wait(Span<ReadCompletion> completions);

    /// <summary>Gives back what the queue holds for a device, which no read of its is in flight for.</summary>
    void Release(IDevice device);

    /// <summary>Gives back what the queue holds of slabs that were given back to the system, such as pinned pages.</summary>
    void ReleaseSlabs();
}

/// <summary>One read.</summary>
/// <param name="Tag">The caller's own, given back with the completion.</param>
/// <param name="Device">What is read; of the queue pair's kind.</param>
/// <param name="Offset">Bytes from the device's start.</param>
/// <param name="Buffer">Filled whole, or the completion carries an error.</param>
public readonly record struct ReadRequest(int Tag, IDevice Device, long Offset, Memory<byte> Buffer);

/// <summary>A read that ended: with every byte of its buffer filled, or with an error.</summary>
/// <param name="Tag">The request's.</param>
/// <param name="Error">Null where the read succeeded.</param>
public readonly record struct ReadCompletion(int Tag, StorageException? Error);
