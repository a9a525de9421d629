namespace NearData.Storage.Uring;

/// <summary>
/// One io_uring instance with its mapped rings (io_uring(7)). The kernel reads submissions up to the tail that is published here and
/// publishes completions up to a tail of its own; nothing else is shared. One thread.
/// </summary>
internal sealed unsafe class UringRing : IDisposable
{
    private const uint FeatureSingleMap = 1;
    private const uint EnterGetEvents = 1;
    private const uint UpdateFilesOperation = 6;
    private const uint RegisterFilesOperation = 13;
    private const uint RegisterBuffersOperation = 15;
    private const uint UpdateBuffersOperation = 16;
    private const uint Sparse = 1;
    private const long EntriesOffset = 0x10000000;

    private const int Interrupted = -4;
    private const int TryAgain = -11;
    private const int Busy = -16;

    private readonly int _ring;
    private readonly byte* _rings;
    private readonly nuint _ringsLength;
    private readonly SubmissionEntry* _entries;
    private readonly nuint _entriesLength;
    private readonly uint* _submissionTail;
    private readonly uint _submissionMask;
    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly uint _completionMask;
    private readonly CompletionEntry* _completions;
    private uint _tail;
    private uint _unsubmitted;

    private UringRing(int ring, in RingParameters parameters, byte* rings, nuint ringsLength, byte* entries, nuint entriesLength)
    {
        _ring = ring;
        _rings = rings;
        _ringsLength = ringsLength;
        _entries = (SubmissionEntry*)entries;
        _entriesLength = entriesLength;
        _submissionTail = (uint*)(rings + parameters.Submission.Tail);
        _submissionMask = *(uint*)(rings + parameters.Submission.RingMask);
        _completionHead = (uint*)(rings + parameters.Completion.Head);
        _completionTail = (uint*)(rings + parameters.Completion.Tail);
        _completionMask = *(uint*)(rings + parameters.Completion.RingMask);
        _completions = (CompletionEntry*)(rings + parameters.Completion.Entries);

        // The indirection that the kernel offers isn't used: place i always holds entry i.
        uint* indices = (uint*)(rings + parameters.Submission.Array);
        for (uint i = 0; i <= _submissionMask; i++)
        {
            indices[i] = i;
        }
    }

    /// <summary>A ring, or null with the errno that says why there is none.</summary>
    /// <param name="depth">The most reads in flight.</param>
    public static UringRing? TryCreate(int depth, out int error)
    {
        RingParameters parameters = default;
        int ring = UringCalls.Setup((uint)depth, &parameters);
        error = ring < 0 ? -ring : 0;
        if (ring < 0)
        {
            return null;
        }

        nuint ringsLength = Math.Max(
            parameters.Submission.Array + parameters.SubmissionEntries * sizeof(uint),
            parameters.Completion.Entries + parameters.CompletionEntries * (uint)sizeof(CompletionEntry));
        nuint entriesLength = parameters.SubmissionEntries * (uint)sizeof(SubmissionEntry);

        // Kernels since 5.4 map both rings at once; older ones lack the plain read as well.
        byte* rings = (parameters.Features & FeatureSingleMap) != 0 ? UringCalls.Map(ring, ringsLength, 0) : null;
        byte* entries = rings == null ? null : UringCalls.Map(ring, entriesLength, EntriesOffset);
        if (entries == null)
        {
            UringCalls.Unmap(rings, ringsLength);
            UringCalls.Close(ring);
            error = Errno.OutOfMemory;
            return null;
        }

        return new UringRing(ring, parameters, rings, ringsLength, entries, entriesLength);
    }

    /// <summary>Makes room for files that <see cref="TrySetFile"/> fills in.</summary>
    public bool TryReserveFiles(int count) => TryReserve(RegisterFilesOperation, count);

    /// <summary>Makes a file known to the kernel under a number, which saves it a look-up per read; -1 takes it back.</summary>
    public bool TrySetFile(int index, int file)
    {
        FileUpdate update = new() { Offset = (uint)index, Descriptors = (ulong)&file };
        return UringCalls.Register(_ring, UpdateFilesOperation, &update, 1) >= 0;
    }

    /// <summary>Makes room for buffers that <see cref="TryRegisterBuffer"/> fills in.</summary>
    public bool TryReserveBuffers(int count) => TryReserve(RegisterBuffersOperation, count);

    /// <summary>Pins a buffer for the kernel, which saves it doing so per read; false when it may not pin as much (RLIMIT_MEMLOCK).</summary>
    public bool TryRegisterBuffer(int index, void* address, long length)
    {
        IoVector vector = new() { Address = (ulong)address, Length = (ulong)length };
        ResourceUpdate update = new() { Offset = (uint)index, Data = (ulong)&vector, Count = 1 };
        return UringCalls.Register(_ring, UpdateBuffersOperation, &update, (uint)sizeof(ResourceUpdate)) >= 0;
    }

    /// <summary>The next submission, all zero; it is the kernel's after <see cref="Enter"/>. There are as many as the depth.</summary>
    public ref SubmissionEntry Next()
    {
        ref SubmissionEntry entry = ref _entries[_tail & _submissionMask];
        entry = default;
        _tail++;
        _unsubmitted++;
        return ref entry;
    }

    /// <summary>Hands over new submissions and, when asked, waits for a completion.</summary>
    /// <returns>0, or the errno of a failure that trying again doesn't help.</returns>
    public int Enter(RingWait wait)
    {
        if (_unsubmitted == 0 && wait == RingWait.None)
        {
            return 0;
        }

        // Release: the entries must be whole in memory before the kernel can see the new tail.
        Volatile.Write(ref *_submissionTail, _tail);
        bool waits = wait == RingWait.ForCompletion;
        int result = UringCalls.Enter(_ring, _unsubmitted, waits ? 1u : 0, waits ? EnterGetEvents : 0);
        if (result < 0)
        {
            // The caller polls again: completions that it takes then make room for what the kernel was too busy for.
            return result is Interrupted or TryAgain or Busy ? 0 : -result;
        }

        _unsubmitted -= (uint)result;
        return 0;
    }

    /// <summary>
    /// Takes back the last submission that the kernel has not taken, after <see cref="Enter"/> failed: nobody reads into its buffer.
    /// </summary>
    public bool TryTakeBack(out ulong userData)
    {
        userData = 0;
        if (_unsubmitted == 0)
        {
            return false;
        }

        _unsubmitted--;
        _tail--;
        Volatile.Write(ref *_submissionTail, _tail);
        userData = _entries[_tail & _submissionMask].UserData;
        return true;
    }

    /// <summary>Takes a completion.</summary>
    public bool TryTake(out CompletionEntry completion)
    {
        uint head = *_completionHead;

        // Acquire: the entry must not be read before the tail that says that it is there.
        if (head == Volatile.Read(ref *_completionTail))
        {
            completion = default;
            return false;
        }

        completion = _completions[head & _completionMask];
        Volatile.Write(ref *_completionHead, head + 1);
        return true;
    }

    private bool TryReserve(uint operation, int count)
    {
        ResourceTable table = new() { Count = (uint)count, Flags = Sparse };
        return UringCalls.Register(_ring, operation, &table, (uint)sizeof(ResourceTable)) >= 0;
    }

    public void Dispose()
    {
        UringCalls.Unmap((byte*)_entries, _entriesLength);
        UringCalls.Unmap(_rings, _ringsLength);
        UringCalls.Close(_ring);
    }
}

/// <summary>Whether entering the kernel waits.</summary>
internal enum RingWait
{
    None,
    ForCompletion,
}
