using System.Collections.Immutable;
using NearData.Isa;

namespace NearData.Vm.Interpretation;

/// <summary>Stack frames of program-local calls: each has its own bytes, and keeps what its caller gets back.</summary>
internal sealed class CallStack
{
    /// <summary>Bytes of one function's stack, as in the kernel.</summary>
    public const int FrameSize = 512;

    /// <summary>Functions that can be active at a time, the first included, as in the kernel.</summary>
    public const int MostFrames = 8;

    /// <summary>Bytes of a key that a callback looks at: no map has longer ones that can be walked over.</summary>
    public const int LongestKey = 512;

    // r6..r9, which a callee may use but its caller gets back (RFC 9669, 3).
    private const int FirstPreserved = 6;
    private const int Preserved = 4;

    private readonly ulong[] _preserved = new ulong[MostFrames * Preserved];
    private readonly int[] _returns = new int[MostFrames];
    private readonly ImmutableArray<Instruction>[] _callers = new ImmutableArray<Instruction>[MostFrames];
    private readonly int[] _iterations = new int[MostFrames];
    private readonly CallbackLoop?[] _loops = new CallbackLoop?[MostFrames];

    /// <summary>The frames' bytes, the first function's first. They never move: helpers get their addresses.</summary>
    public byte[] Bytes { get; } = GC.AllocateArray<byte>(MostFrames * FrameSize, pinned: true);

    /// <summary>For each frame the key that its callback looks at. They never move either.</summary>
    public byte[] Keys { get; } = GC.AllocateArray<byte>(MostFrames * LongestKey, pinned: true);

    /// <summary>Functions that are active now.</summary>
    public int Frames { get; private set; }

    public bool IsFull => Frames == MostFrames;

    /// <summary>The active function's frame pointer: the end of its bytes.</summary>
    public ulong FramePointer => Address.Of(Address.FirstFrame + Frames - 1, FrameSize).Value;

    /// <summary>Forgets everything and starts the first function.</summary>
    public void Start()
    {
        Frames = 0;
        Open();
    }

    /// <summary>What called the active function as its callback; null for a plain call.</summary>
    public CallbackLoop? Loop => _loops[Frames - 1];

    /// <summary>Starts a function that returns to an instruction.</summary>
    /// <param name="registers">The caller's.</param>
    /// <param name="code">The caller's: a tail call may go on in another program's.</param>
    /// <param name="returnTo">The instruction.</param>
    /// <param name="loop">What calls the function as its callback; null for a plain call.</param>
    public void Enter(ReadOnlySpan<ulong> registers, ImmutableArray<Instruction> code, int returnTo, CallbackLoop? loop = null)
    {
        _loops[Frames] = loop;
        _callers[Frames] = code;
        registers.Slice(FirstPreserved, Preserved).CopyTo(_preserved.AsSpan(Frames * Preserved));
        _returns[Frames] = returnTo;
        Open();
    }

    /// <summary>Ends the active function; returns its caller's code, and the instruction that this goes on with.</summary>
    public (ImmutableArray<Instruction> Code, int Next) Leave(Span<ulong> registers)
    {
        Frames--;
        _preserved.AsSpan(Frames * Preserved, Preserved).CopyTo(registers[FirstPreserved..]);
        return (_callers[Frames], _returns[Frames]);
    }

    /// <summary>Takes one from the iterations that the active function has left for <c>may_goto</c>; false where there are none.</summary>
    public bool TryIterate()
    {
        ref int left = ref _iterations[Frames - 1];
        if (left == 0)
        {
            return false;
        }

        left--;
        return true;
    }

    // A frame starts as zeros, so that what a program reads never depends on what ran before.
    private void Open()
    {
        _iterations[Frames] = IterationBudget.PerFunction;
        Bytes.AsSpan(Frames++ * FrameSize, FrameSize).Clear();
    }
}
