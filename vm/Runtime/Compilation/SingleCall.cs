using System.Runtime.CompilerServices;
using NearData.Isa.Programs;
using NearData.Vm.Interpretation;
using NearData.Vm.Maps;

namespace NearData.Vm.Compilation;

/// <summary>A memory or packet program as machine code, called once at a time by each thread. Immutable.</summary>
internal sealed unsafe class SingleCall
{
    private readonly CompiledMethod _method;
    private readonly bool _isSingleFunction;

    public SingleCall(VerifiedProgram verified)
    {
        CompilationLimit.Check(verified);
        _isSingleFunction = new FunctionTable(verified).IsSingle;
        _method = MethodCompiler.CompileCall(verified, CodeTrust.Proof);
    }

    /// <summary>Runs the program once.</summary>
    /// <param name="context">What r1 gets.</param>
    /// <param name="length">What r2 gets.</param>
    /// <param name="maps">The headers of the program's maps.</param>
    /// <returns>r0.</returns>
    public ulong Run(void* context, long length, MapHeader* maps) => _isSingleFunction
        ? RunOverOneFrame(context, length, maps)
        : RunOverAllFrames(context, length, maps);

    // The verifier proved that no stack is read before it is written: clearing it would take longer than many programs.
    [SkipLocalsInit]
    private ulong RunOverOneFrame(void* context, long length, MapHeader* maps)
    {
        byte* stack = stackalloc byte[CallStack.FrameSize];
        return Run(context, length, maps, stack + CallStack.FrameSize);
    }

    [SkipLocalsInit]
    private ulong RunOverAllFrames(void* context, long length, MapHeader* maps)
    {
        const int Bytes = CallStack.MostFrames * CallStack.FrameSize;
        byte* stack = stackalloc byte[Bytes];
        return Run(context, length, maps, stack + Bytes);
    }

    /// <summary>Goes on in this program where another one made a tail call.</summary>
    /// <param name="caller">The other program's frame: this one runs with the same arguments and maps.</param>
    /// <returns>r0.</returns>
    [SkipLocalsInit]
    public long RunNested(CallFrame* caller)
    {
        const int Bytes = CallStack.MostFrames * CallStack.FrameSize;
        byte* stack = stackalloc byte[Bytes];
        CallFrame frame = *caller;
        frame.Stack = stack + Bytes;
        long result = _method.Run(&frame);
        caller->TailCalls = frame.TailCalls;
        return result;
    }

    private ulong Run(void* context, long length, MapHeader* maps, byte* stackEnd)
    {
        CallFrame frame;
        Unsafe.SkipInit(out frame);
        frame.Maps = maps;
        frame.Stack = stackEnd;
        frame.Memory = (byte*)context;
        frame.Length = length;
        frame.TailCalls = 0;
        return (ulong)_method.Run(&frame);
    }
}
