using NearData.Isa;
using NearData.Vm.Interpretation;

namespace NearData.Vm.Compilation;

/// <summary>What compiled code calls for the helpers that run code of the program (<c>ControlHelpers</c>).</summary>
internal static unsafe class ControlCalls
{
    /// <summary><c>bpf_loop</c>; a callback is the address of a <see cref="CompiledFunction"/>'s code.</summary>
    public static long Loop(CallFrame* frame, long times, long callback, long context, long flags, long stack)
    {
        if (flags != 0 || (uint)times > IterationBudget.PerLoopHelper)
        {
            return flags != 0 ? ErrorNumber.Invalid : ErrorNumber.TooBig;
        }

        var function = (delegate*<CallFrame*, long, long, long, long, long, long, long>)callback;
        for (uint index = 0; index < (uint)times; index++)
        {
            if (function(frame, index, context, 0, 0, 0, stack - CallStack.FrameSize) != 0)
            {
                return index + 1;
            }
        }

        return (uint)times;
    }
}
