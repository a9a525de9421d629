using System.Collections.Immutable;

namespace NearData.Vm.Compilation;

/// <summary>A program's machine code, and the functions that it has helpers call back. Immutable.</summary>
/// <param name="Call">The program.</param>
/// <param name="Callbacks">Under the numbers that the program holds in place of their addresses.</param>
internal sealed unsafe record CompiledMethod(CompiledCall Call, ImmutableArray<CompiledFunction> Callbacks)
{
    /// <summary>Runs the program.</summary>
    public long Run(CallFrame* frame)
    {
        if (Callbacks.IsEmpty)
        {
            return Call(frame);
        }

        RunContext context = RunContext.Current;
        ImmutableArray<CompiledFunction> outer = context.Callbacks;
        context.Callbacks = Callbacks;
        long result = Call(frame);
        context.Callbacks = outer;
        return result;
    }
}
