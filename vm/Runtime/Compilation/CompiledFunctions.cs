using System.Reflection;
using System.Reflection.Emit;
using NearData.Isa.Programs;

namespace NearData.Vm.Compilation;

/// <summary>
/// The functions that a program calls, each a method of its own that is made when its first call is written. They call each other
/// without loops, so that making one ends.
/// </summary>
internal sealed class CompiledFunctions
{
    private readonly VerifiedProgram _verified;
    private readonly SumPlan? _sums;
    private readonly Dictionary<int, DynamicMethod> _methods = [];

    public CompiledFunctions(VerifiedProgram verified, SumPlan? sums)
    {
        _verified = verified;
        _sums = sums;
        Table = new FunctionTable(verified);
    }

    public FunctionTable Table { get; }

    /// <summary>The method of the function that begins at a slot: <see cref="CompiledFunction"/>.</summary>
    public MethodInfo Find(int start)
    {
        if (!_methods.TryGetValue(start, out DynamicMethod? method))
        {
            _methods[start] = method = MethodCompiler.CompileFunction(_verified, this, Table[start], _sums);
        }

        return method;
    }
}

/// <summary>A function of a program: the frame, r1 to r5, and the end of its own stack; returns r0.</summary>
internal unsafe delegate long CompiledFunction(CallFrame* frame, long first, long second, long third, long fourth, long fifth, long stack);
