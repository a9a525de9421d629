using System.Buffers;
using System.Runtime.InteropServices;

namespace NearData.Storage.Uring;

/// <summary>
/// Reads of files through a ring. Submissions are handed over together, at the next poll. A read that the kernel cuts short goes on where
/// it stopped. When the ring itself fails, the reads that the kernel has not taken end with an error at once and the others when the
/// kernel is done with their buffers; then a new ring takes its place. One thread.
/// </summary>
internal sealed unsafe class UringQueuePair : IQueuePair
{
    private const byte ReadOperation = 22;
    private const byte ReadFixedOperation = 4;
    private const byte FixedFile = 1;

    private readonly FileReading _reading;
    private readonly Action<string> _report;
    private readonly Slot[] _slots;
    private readonly Stack<int> _free;
    private readonly CompletionQueue _failed;
    private UringRing? _ring;
    private RegisteredFiles? _files;
    private RegisteredBuffers? _buffers;
    private int _failure;

    private UringQueuePair(UringRing ring, int depth, FileReading reading, Action<string> report)
    {
        _reading = reading;
        _report = report;
        _slots = new Slot[depth];
        _free = new Stack<int>(depth);
        _failed = new CompletionQueue(depth);
        for (int i = depth - 1; i >= 0; i--)
        {
            _free.Push(i);
        }

        Use(ring);
    }

    /// <summary>A queue pair with a ring, or null with the errno that says why there is none.</summary>
    public static UringQueuePair? TryOpen(int depth, FileReading reading, Action<string> report, out int error) =>
        UringRing.TryCreate(depth, out error) is { } ring ? new UringQueuePair(ring, depth, reading, report) : null;

    public int Depth => _slots.Length;

    public int InFlight => InKernel + _failed.Count;

    private int InKernel => _slots.Length - _free.Count;

    public bool TrySubmit(in ReadRequest request)
    {
        if (_failure != 0 && !TryRecover())
        {
            return FailAtOnce(request);
        }

        if (!_free.TryPop(out int index))
        {
            return false;
        }

        FileDevice device = (FileDevice)request.Device;
        _slots[index] = new Slot
        {
            Request = request,
            Device = device,
            Pin = request.Buffer.Pin(),
            FileIndex = _files?.IndexOf(device) ?? RegisteredFiles.None,
            BufferIndex = _buffers?.IndexOf(request.Buffer) ?? RegisteredBuffers.None,
        };
        Submit(index);
        return true;
    }

    public int Poll(Span<ReadCompletion> completions) => Take(completions, RingWait.None);

    public int Wait(Span<ReadCompletion> completions)
    {
        SpinWait pause = default;
        int taken = Take(completions, RingWait.None);
        while (taken == 0 && InFlight > 0)
        {
            taken = Take(completions, RingWait.ForCompletion);
            if (_failure != 0)
            {
                pause.SpinOnce();
            }
        }

        return taken;
    }

    public void Release(IDevice device) => _files?.Release((FileDevice)device);

    public void ReleaseSlabs()
    {
        // A ring that failed releases everything when it is replaced.
        if (_failure == 0)
        {
            _buffers?.ReleaseGone();
        }
    }

    public void Dispose()
    {
        // The kernel writes to the buffers of reads in flight, whoever owns them by then.
        Span<ReadCompletion> dropped = new ReadCompletion[1];
        while (InFlight > 0)
        {
            Wait(dropped);
        }

        _ring?.Dispose();
    }

    private void Use(UringRing ring)
    {
        _ring = ring;
        _failure = 0;
        _files = ring.TryReserveFiles(RegisteredFiles.Capacity) ? new RegisteredFiles(ring) : null;

        // What goes through the page cache is copied by the processor: pinned buffers would save it nothing.
        bool isDirect = _reading == FileReading.Direct;
        _buffers = isDirect && ring.TryReserveBuffers(RegisteredBuffers.Capacity) ? new RegisteredBuffers(ring, _report) : null;
        _report($"io_uring, {(isDirect ? "direct" : "through the page cache")}, "
            + $"{(_files is null ? "unregistered" : "registered")} files, {(_buffers is null ? "unregistered" : "registered")} buffers");
    }

    /// <summary>After a failure, once the kernel has no read any more: starts over with a new ring.</summary>
    private bool TryRecover()
    {
        if (InKernel > 0)
        {
            return false;
        }

        _ring?.Dispose();
        _ring = UringRing.TryCreate(Depth, out _failure);
        if (_ring is not null)
        {
            Use(_ring);
        }

        return _ring is not null;
    }

    /// <summary>Without a ring a read ends as it is submitted; while one that failed still has reads, it has to wait for those.</summary>
    private bool FailAtOnce(in ReadRequest request)
    {
        if (InKernel > 0 || _failed.IsFull)
        {
            return false;
        }

        _failed.Add(new ReadCompletion(request.Tag, RingFailure(request)));
        return true;
    }

    private StorageException RingFailure(in ReadRequest request) =>
        new(request.Device.Name, request.Offset, $"io_uring failed: {Errno.Describe(_failure)}.", isTransient: true);

    private int Take(Span<ReadCompletion> completions, RingWait wait)
    {
        // A failed ring isn't entered any more; what it was given comes out of it without.
        if (_failure == 0 && _ring!.Enter(wait) is not 0 and var failure)
        {
            Fail(failure);
        }

        int taken = _failed.Take(completions);
        while (taken < completions.Length && InKernel > 0 && _ring!.TryTake(out CompletionEntry entry))
        {
            if (TryEnd((int)entry.UserData, entry.Result, out ReadCompletion completion))
            {
                completions[taken++] = completion;
            }
        }

        return taken;
    }

    /// <summary>The ring failed: what the kernel hasn't taken ends here. What it has, it still writes to the buffers of.</summary>
    private void Fail(int failure)
    {
        _failure = failure;
        _report($"io_uring failed: {Errno.Describe(failure)}; it is started anew");
        while (_ring!.TryTakeBack(out ulong index))
        {
            _failed.Add(End((int)index, RingFailure(_slots[index].Request)));
        }
    }

    private bool TryEnd(int index, int result, out ReadCompletion completion)
    {
        ref Slot slot = ref _slots[index];
        ReadRequest request = slot.Request;
        StorageException? error = null;
        if (result > 0)
        {
            slot.Done += result;
            if (slot.Done < request.Buffer.Length && !slot.Device.IsTail(request.Offset + slot.Done))
            {
                if (_failure == 0)
                {
                    Submit(index);
                    completion = default;
                    return false;
                }

                error = RingFailure(request);
            }
        }
        else if (result == 0 && slot.Done < request.Buffer.Length)
        {
            error = slot.Device.Ended(request.Offset, request.Buffer.Length, slot.Done);
        }
        else if (result < 0)
        {
            error = new StorageException(
                request.Device.Name, request.Offset + slot.Done, $"A read of {request.Buffer.Length} bytes failed: {Errno.Describe(-result)}.", Errno.IsTransient(-result));
        }

        completion = End(index, error);
        return true;
    }

    private ReadCompletion End(int index, StorageException? error)
    {
        ref Slot slot = ref _slots[index];
        ReadCompletion completion = new(slot.Request.Tag, error);
        slot.Pin.Dispose();
        slot = default;
        _free.Push(index);
        return completion;
    }

    private void Submit(int index)
    {
        ref Slot slot = ref _slots[index];
        ref SubmissionEntry entry = ref _ring!.Next();
        bool isFixed = slot.BufferIndex != RegisteredBuffers.None;
        bool isRegistered = slot.FileIndex != RegisteredFiles.None;
        entry.Operation = isFixed ? ReadFixedOperation : ReadOperation;
        entry.Flags = isRegistered ? FixedFile : (byte)0;
        entry.File = isRegistered ? slot.FileIndex : slot.Device.Descriptor;
        entry.Offset = (ulong)(slot.Request.Offset + slot.Done);
        entry.Address = (ulong)slot.Pin.Pointer + (uint)slot.Done;
        entry.Length = (uint)(slot.Request.Buffer.Length - slot.Done);
        entry.BufferIndex = isFixed ? (ushort)slot.BufferIndex : (ushort)0;
        entry.UserData = (ulong)index;
    }

    /// <summary>A read in flight.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Slot
    {
        public ReadRequest Request;
        public FileDevice Device;
        public MemoryHandle Pin;
        public int FileIndex;
        public int BufferIndex;
        public int Done;
    }
}
