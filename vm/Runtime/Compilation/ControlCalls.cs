using System.Runtime.CompilerServices;
using NearData.Isa;
using NearData.Vm.Interpretation;
using NearData.Vm.Maps;

namespace NearData.Vm.Compilation;

/// <summary>What compiled code calls for the helpers that run code of the program (<c>ControlHelpers</c>).</summary>
internal static unsafe class ControlCalls
{
    /// <summary><c>bpf_loop</c>; a callback is a number among those of the running program.</summary>
    public static long Loop(CallFrame* frame, long times, long callback, long context, long flags, long stack)
    {
        if (flags != 0 || (uint)times > IterationBudget.PerLoopHelper)
        {
            return flags != 0 ? ErrorNumber.Invalid : ErrorNumber.TooBig;
        }

        CompiledFunction function = RunContext.Current.Callbacks[(int)callback];
        for (uint index = 0; index < (uint)times; index++)
        {
            if (function(frame, index, context, 0, 0, 0, stack - CallStack.FrameSize) != 0)
            {
                return index + 1;
            }
        }

        return (uint)times;
    }

    /// <summary><c>bpf_for_each_map_elem</c>; a callback is a number among those of the running program.</summary>
    public static long ForEachElement(CallFrame* frame, long map, long callback, long context, long flags, long stack)
    {
        if (flags != 0)
        {
            return ErrorNumber.Invalid;
        }

        CompiledFunction function = RunContext.Current.Callbacks[(int)callback];
        BpfMap elements = BpfMap.Of(map);
        ElementCursor cursor = default;
        long calls = 0;
        uint* index = &frame->Indices[((long)frame->Stack - stack) / CallStack.FrameSize % CallStack.MostFrames];
        while (elements.MoveNext(ref cursor))
        {
            *index = cursor.Index;
            byte* key = cursor.Key is null ? (byte*)index : cursor.Key;
            calls++;
            if (function(frame, map, (long)key, (long)cursor.Value, context, 0, stack - CallStack.FrameSize) != 0)
            {
                break;
            }
        }

        return calls;
    }

    /// <summary><c>bpf_tail_call</c>: whether the other program ran; what it returned is in the frame.</summary>
    public static long TailCall(CallFrame* frame, long context, long map, long index, long stack)
    {
        string? name = Unsafe.As<ProgramArrayMap>(BpfMap.Of(map)).Find((uint)index);
        if (name is null || frame->TailCalls == TailCalls.Most || RunContext.Current.Programs?.Find(name) is not { } target)
        {
            return 0;
        }

        frame->TailCalls++;
        frame->Returned = target.RunNested(frame);
        return 1;
    }
}
