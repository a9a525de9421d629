namespace NearData.Storage.Faults;

/// <summary>A queue pair whose reads go wrong as the script says. One thread.</summary>
internal sealed class FaultQueuePair : IQueuePair
{
    private readonly FaultDevices _devices;
    private readonly IQueuePair _inner;
    private readonly Slot[] _slots;
    private readonly Stack<int> _free;
    private readonly List<Held> _held = [];
    private readonly ReadCompletion[] _polled;
    private long _polls;

    public FaultQueuePair(FaultDevices devices, IQueuePair inner)
    {
        _devices = devices;
        _inner = inner;
        _slots = new Slot[inner.Depth];
        _free = new Stack<int>(Enumerable.Range(0, inner.Depth));
        _polled = new ReadCompletion[inner.Depth];
    }

    public int Depth => _inner.Depth;

    public int InFlight => Depth - _free.Count;

    public bool TrySubmit(in ReadRequest request)
    {
        if (!_free.TryPop(out int slot))
        {
            return false;
        }

        Fault fault = _devices.NextFault();
        _slots[slot] = new Slot(request, fault);
        if (fault.Kind is FaultKind.TransientError or FaultKind.PermanentError)
        {
            _held.Add(new Held(slot, _polls, Error(request, fault, "The script says that it fails.")));
            return true;
        }

        Memory<byte> buffer = request.Buffer;
        if (fault.Kind == FaultKind.Short)
        {
            int granule = request.Device.Geometry.Alignment;
            buffer = buffer[..Math.Min(buffer.Length, Math.Max(fault.Amount / granule, 1) * granule)];
        }

        if (_inner.TrySubmit(request with { Tag = slot, Buffer = buffer }))
        {
            return true;
        }

        _free.Push(slot);
        return false;
    }

    public int Poll(Span<ReadCompletion> completions)
    {
        Collect(_inner.Poll(_polled));
        return Release(completions);
    }

    public int Wait(Span<ReadCompletion> completions)
    {
        int taken = 0;
        while (taken == 0 && InFlight > 0)
        {
            Collect(_held.Count == 0 ? _inner.Wait(_polled) : _inner.Poll(_polled));
            taken = Release(completions);
        }

        return taken;
    }

    public void Release(IDevice device) => _inner.Release(device);

    public void ReleaseSlabs() => _inner.ReleaseSlabs();

    public void Dispose() => _inner.Dispose();

    private void Collect(int count)
    {
        foreach (ReadCompletion completion in _polled.AsSpan(0, count))
        {
            (ReadRequest request, Fault fault) = _slots[completion.Tag];
            StorageException? error = completion.Error;
            if (error is null && fault.Kind == FaultKind.Short)
            {
                error = Error(request, fault, $"The script says that only some of its {request.Buffer.Length} bytes come.");
            }
            else if (error is null && fault.Kind == FaultKind.Corruption && !request.Buffer.IsEmpty)
            {
                request.Buffer.Span[fault.Amount % request.Buffer.Length] ^= 0x40;
            }

            _held.Add(new Held(completion.Tag, _polls + (fault.Kind == FaultKind.Delay ? fault.Amount : 0), error));
        }
    }

    private int Release(Span<ReadCompletion> completions)
    {
        int taken = 0;
        for (int i = 0; i < _held.Count && taken < completions.Length;)
        {
            if (_held[i].Due > _polls)
            {
                i++;
                continue;
            }

            int slot = _held[i].Slot;
            completions[taken++] = new ReadCompletion(_slots[slot].Request.Tag, _held[i].Error);
            _free.Push(slot);
            _held.RemoveAt(i);
        }

        _polls++;
        return taken;
    }

    private static StorageException Error(in ReadRequest request, Fault fault, string message) =>
        new(request.Device.Name, request.Offset, message, isTransient: fault.Kind != FaultKind.PermanentError);

    private readonly record struct Slot(ReadRequest Request, Fault Fault);

    private readonly record struct Held(int Slot, long Due, StorageException? Error);
}
