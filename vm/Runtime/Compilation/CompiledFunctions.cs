using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
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
    private readonly List<DynamicMethod> _inOrder = [];
    private readonly List<int> _callbacks = [];

    public CompiledFunctions(VerifiedProgram verified, SumPlan? sums, CodeTrust trust)
    {
        _verified = verified;
        _sums = sums;
        Trust = trust;
        Table = new FunctionTable(verified);
    }

    public FunctionTable Table { get; }

    /// <summary>What the methods rely on.</summary>
    public CodeTrust Trust { get; }

    /// <summary>The number that stands for a function's address where a program holds it.</summary>
    public int CallbackNumber(int start)
    {
        int number = _callbacks.IndexOf(start);
        if (number < 0)
        {
            number = _callbacks.Count;
            _callbacks.Add(start);
            Find(start);
        }

        return number;
    }

    /// <summary>
    /// Has the runtime compile all functions now, those that are called before their callers, which then know their addresses; otherwise the
    /// first call of each would wait for it. To be called when all code is written.
    /// </summary>
    public void Prepare()
    {
        foreach (DynamicMethod method in _inOrder)
        {
            RuntimeHelpers.PrepareDelegate(method.CreateDelegate<CompiledFunction>());
        }
    }

    /// <summary>The functions with a number. To be asked for when all code is written.</summary>
    public ImmutableArray<CompiledFunction> Callbacks() => [.. _callbacks.Select(start => _methods[start].CreateDelegate<CompiledFunction>())];

    /// <summary>The method of the function that begins at a slot: <see cref="CompiledFunction"/>.</summary>
    public MethodInfo Find(int start)
    {
        if (!_methods.TryGetValue(start, out DynamicMethod? method))
        {
            _methods[start] = method = MethodCompiler.CompileFunction(_verified, this, Table[start], _sums);
            _inOrder.Add(method);
        }

        return method;
    }
}

/// <summary>A function of a program: the frame, r1 to r5, and the end of its own stack; returns r0.</summary>
internal unsafe delegate long CompiledFunction(CallFrame* frame, long first, long second, long third, long fourth, long fifth, long stack);
