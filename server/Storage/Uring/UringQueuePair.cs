using System.Buffers;
using System.Runtime.InteropServices;

namespace NearData.Storage.Uring;

/// <summary>
/// Reads of one file through a ring. Submissions are handed over together, at the next poll. A read that the kernel cuts short
/// goes on where it stopped. One thread.
/// </summary>
internal sealed unsafe class UringQueuePair : IQueuePair
{
    private const byte ReadOperation = 22;
    private const byte ReadFixedOperation = 4;
    private const byte FixedFile = 1;

    private readonly UringDevice _device;
    private readonly UringRing _ring;
    private readonly int _file;
    private readonly bool _isFileRegistered;
    private readonly RegisteredBuffers? _buffers;
    private readonly Slot[] _slots;
    private readonly Stack<int> _free;

    public UringQueuePair(UringDevice device, UringRing ring, int file, bool isFileRegistered, RegisteredBuffers? buffers, int depth)
    {
        _device = device;
        _ring = ring;
        _file = isFileRegistered ? 0 : file;
        _isFileRegistered = isFileRegistered;
        _buffers = buffers;
        _slots = new Slot[depth];
        _free = new Stack<int>(depth);
        for (int i = depth - 1; i >= 0; i--)
        {
            _free.Push(i);
        }
    }

    public int Depth => _slots.Length;

    public int InFlight => _slots.Length - _free.Count;

    public bool TrySubmit(in ReadRequest request)
    {
        if (!_free.TryPop(out int index))
        {
            return false;
        }

        _slots[index] = new Slot
        {
            Request = request,
            Pin = request.Buffer.Pin(),
            BufferIndex = _buffers?.IndexOf(request.Buffer) ?? RegisteredBuffers.None,
        };
        Submit(index);
        return true;
    }

    public int Poll(Span<ReadCompletion> completions) => Take(completions, RingWait.None);

    public int Wait(Span<ReadCompletion> completions)
    {
        int taken = Take(completions, RingWait.None);
        while (taken == 0 && InFlight > 0)
        {
            taken = Take(completions, RingWait.ForCompletion);
        }

        return taken;
    }

    public void Dispose()
    {
        // The kernel writes to the buffers of reads in flight, whoever owns them by then.
        Span<ReadCompletion> dropped = new ReadCompletion[1];
        while (InFlight > 0)
        {
            Wait(dropped);
        }

        _ring.Dispose();
    }

    private int Take(Span<ReadCompletion> completions, RingWait wait)
    {
        int failure = _ring.Enter(wait);
        if (failure != 0)
        {
            throw new StorageException(_device.Name, 0, $"io_uring failed: {Errno.Describe(failure)}.", Errno.IsTransient(failure));
        }

        int taken = 0;
        while (taken < completions.Length && _ring.TryTake(out CompletionEntry entry))
        {
            if (TryEnd((int)entry.UserData, entry.Result, out ReadCompletion completion))
            {
                completions[taken++] = completion;
            }
        }

        return taken;
    }

    private bool TryEnd(int index, int result, out ReadCompletion completion)
    {
        ref Slot slot = ref _slots[index];
        StorageException? error = null;
        if (result > 0)
        {
            slot.Done += result;
            if (slot.Done < slot.Request.Buffer.Length && !_device.IsTail(slot.Request.Offset + slot.Done))
            {
                Submit(index);
                completion = default;
                return false;
            }
        }
        else if (result == 0 && slot.Done < slot.Request.Buffer.Length)
        {
            error = _device.Ended(slot.Request, slot.Done);
        }
        else if (result < 0)
        {
            error = new StorageException(
                _device.Name, slot.Request.Offset + slot.Done, $"A read of {slot.Request.Buffer.Length} bytes failed: {Errno.Describe(-result)}.", Errno.IsTransient(-result));
        }

        completion = new ReadCompletion(slot.Request.Tag, error);
        slot.Pin.Dispose();
        slot = default;
        _free.Push(index);
        return true;
    }

    private void Submit(int index)
    {
        ref Slot slot = ref _slots[index];
        ref SubmissionEntry entry = ref _ring.Next();
        bool isFixed = slot.BufferIndex != RegisteredBuffers.None;
        entry.Operation = isFixed ? ReadFixedOperation : ReadOperation;
        entry.Flags = _isFileRegistered ? FixedFile : (byte)0;
        entry.File = _file;
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
        public MemoryHandle Pin;
        public int BufferIndex;
        public int Done;
    }
}
