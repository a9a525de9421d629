using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Compilation;

/// <summary>
/// Compiles one verified program to one method. Its facts are the proof that no access needs a check; dynamic methods skip
/// tiers, so the just-in-time compiler optimizes them at once.
/// </summary>
internal sealed class MethodCompiler
{
    private readonly DynamicMethod _method;
    private readonly MethodWriter _writer;
    private readonly RegisterLocals _registers;
    private readonly HoistedAddresses _addresses;
    private readonly Variables _variables;
    private readonly BodyWriter _body;
    private readonly LocalBuilder _record;

    private MethodCompiler(VerifiedProgram verified, SumPlan? sums)
    {
        _method = new DynamicMethod(
            verified.Program.Name,
            typeof(long),
            [typeof(CallFrame).MakePointerType()],
            typeof(MethodCompiler).Module,
            skipVisibility: true)
        {
            // The verifier proved that nothing is read before it is written.
            InitLocals = false,
        };
        _writer = new MethodWriter(_method.GetILGenerator());
        _registers = new RegisterLocals(_writer);
        _record = _writer.NewNumber();
        _addresses = new HoistedAddresses(_writer);
        _variables = new Variables(_writer, _addresses, verified, sums);
        ProgramMemory memory = new(verified, _registers, _addresses, _variables, _record);
        _body = new BodyWriter(_writer, verified, _registers, _addresses, memory);
    }

    /// <summary>A method that runs a filter or reduce program over the frame's records.</summary>
    /// <param name="verified">The program.</param>
    /// <param name="shape">How records are found.</param>
    /// <param name="sums">How sum fields become exact; null for a filter.</param>
    public static CompiledCall CompileLoop(VerifiedProgram verified, LoopShape shape, SumPlan? sums)
    {
        MethodCompiler compiler = new(verified, sums);
        compiler.WriteEntry();
        compiler.WriteLoop(shape);
        return compiler.Finish();
    }

    /// <summary>A method that runs a memory program once.</summary>
    public static CompiledCall CompileCall(VerifiedProgram verified)
    {
        MethodCompiler compiler = new(verified, sums: null);
        compiler.WriteEntry();
        compiler.WriteSingleCall();
        return compiler.Finish();
    }

    private void WriteEntry()
    {
        _writer.PushFrameField(CallFrame.StackOffset);
        _writer.Store(_registers[Register.R10]);
        _addresses.WriteEntry();
        _variables.WriteEntry();
    }

    private CompiledCall Finish()
    {
        _writer.Do(OpCodes.Ret);
        CompiledCall call = _method.CreateDelegate<CompiledCall>();

        // Otherwise the first run would wait for the runtime's compiler.
        RuntimeHelpers.PrepareDelegate(call);
        return call;
    }

    private void WriteSingleCall()
    {
        _writer.PushFrameField(CallFrame.MemoryOffset);
        _writer.Store(_registers[Register.R1]);
        _writer.PushFrameField(CallFrame.LengthOffset);
        _writer.Store(_registers[Register.R2]);
        Label exit = _writer.NewLabel();
        _body.Write(exit);
        _writer.Mark(exit);
        _variables.WriteExit();
        _writer.Load(_registers[Register.R0]);
    }

    private void WriteLoop(LoopShape shape)
    {
        RecordLoop loop = new(_writer, shape, _record);
        loop.WriteEntry();
        _writer.Constant(ProgramMemory.RowToken);
        _writer.Store(_registers[Register.R1]);
        Label exit = _writer.NewLabel();
        _body.Write(exit);
        _writer.Mark(exit);
        loop.WriteNext(_registers[Register.R0]);
        _variables.WriteExit();
        loop.PushResult();
    }
}
