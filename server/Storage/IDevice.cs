namespace NearData.Storage;

/// <summary>Bytes that can be read through queue pairs. Thread-safe; each queue pair belongs to one thread.</summary>
public interface IDevice : IDisposable
{
    /// <summary>For messages: a path, or an address.</summary>
    string Name { get; }

    /// <summary>Bytes, when the device was opened.</summary>
    long Length { get; }

    /// <summary>What shape its reads have.</summary>
    DeviceGeometry Geometry { get; }

    /// <summary>Opens a submission and completion queue.</summary>
    /// <param name="depth">The most reads in flight, at least 1.</param>
    IQueuePair OpenQueuePair(int depth);
}

/// <summary>
/// A submission queue with its completion queue, as NVMe pairs them (NVM Express Base Specification, 3.3). One thread
/// submits and polls; nothing is locked and nothing is allocated per request.
/// </summary>
public interface IQueuePair : IDisposable
{
    /// <summary>The most reads in flight.</summary>
    int Depth { get; }

    /// <summary>Reads submitted and not yet polled.</summary>
    int InFlight { get; }

    /// <summary>
    /// Hands a read to the device; false when <see cref="Depth"/> reads are in flight. The buffer belongs to the device until
    /// the read's completion was polled.
    /// </summary>
    bool TrySubmit(in ReadRequest request);

    /// <summary>Takes up to <paramref name="completions"/>.Length completions, in any order; 0 when none is ready.</summary>
    /// <exception cref="StorageException">The queue itself failed, and with it every read in flight.</exception>
    int Poll(Span<ReadCompletion> completions);

    /// <summary>As <see cref="Poll"/>, but waits until there is one; 0 only when no read is in flight.</summary>
    /// <exception cref="StorageException">The queue itself failed, and with it every read in flight.</exception>
    int Wait(Span<ReadCompletion> completions);
}

/// <summary>One read.</summary>
/// <param name="Tag">The caller's own, given back with the completion.</param>
/// <param name="Offset">Bytes from the device's start.</param>
/// <param name="Buffer">Filled whole, or the completion carries an error.</param>
public readonly record struct ReadRequest(int Tag, long Offset, Memory<byte> Buffer);

/// <summary>A read that ended: with every byte of its buffer filled, or with an error.</summary>
/// <param name="Tag">The request's.</param>
/// <param name="Error">Null where the read succeeded.</param>
public readonly record struct ReadCompletion(int Tag, StorageException? Error);
