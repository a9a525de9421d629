using System.Collections.Immutable;
using NearData.Vm.Guards;

namespace NearData.Vm.Compilation;

/// <summary>A program's machine code, and the functions that it has helpers call back. Immutable.</summary>
/// <param name="Call">The program.</param>
/// <param name="Callbacks">Under the numbers that the program holds in place of their addresses.</param>
/// <param name="Guards">What guards ask; null for code without.</param>
internal sealed unsafe record CompiledMethod(CompiledCall Call, ImmutableArray<CompiledFunction> Callbacks, GuardScope? Guards)
{
    /// <summary>Runs the program.</summary>
    /// <exception cref="GuardTrippedException">It has guards, and one tripped.</exception>
    public long Run(CallFrame* frame)
    {
        if (Callbacks.IsEmpty && Guards is null)
        {
            return Call(frame);
        }

        RunContext context = RunContext.Current;
        (ImmutableArray<CompiledFunction> callbacks, GuardScope? guards) = (context.Callbacks, context.Guards);
        (context.Callbacks, context.Guards) = (Callbacks, Guards);
        try
        {
            return Call(frame);
        }
        finally
        {
            (context.Callbacks, context.Guards) = (callbacks, guards);
        }
    }
}
