using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Guards;

namespace NearData.Vm.Compilation;

/// <summary>
/// Compiles a function of a verified program to one method: the program itself, once or over all records of a batch, or a function that it
/// calls. Its facts are the proof that no access needs a check, and those who don't want to rely on it alone get guards besides; dynamic methods
/// skip tiers, so the just-in-time compiler optimizes them at once.
/// </summary>
internal sealed class MethodCompiler
{
    // r1 to r5 and the stack's end.
    private const int CompiledFunctionArguments = 6;

    private static readonly Type Frame = typeof(CallFrame).MakePointerType();

    private readonly VerifiedProgram _verified;
    private readonly CompiledFunctions _functions;
    private readonly DynamicMethod _method;
    private readonly MethodWriter _writer;
    private readonly RegisterLocals _registers;
    private readonly HoistedAddresses _addresses;
    private readonly Variables _variables;
    private readonly BodyWriter _body;
    private readonly GuardWriter? _guards;
    private readonly LocalBuilder _record;

    private MethodCompiler(VerifiedProgram verified, CompiledFunctions functions, CodeRange range, SumPlan? sums, Type[] parameters)
    {
        _verified = verified;
        _functions = functions;

        // Its locals start as zeros, the runtime's default: a helper may be given a register that was never set (ArgumentKind.Optional).
        _method = new DynamicMethod(NameOf(verified.Program, range), typeof(long), parameters, typeof(MethodCompiler).Module, skipVisibility: true);
        _writer = new MethodWriter(_method.GetILGenerator());
        _registers = new RegisterLocals(_writer);
        _record = _writer.NewNumber();
        _addresses = new HoistedAddresses(_writer);
        _variables = new Variables(_writer, _addresses, new VariableFinder(verified, functions.Table, range), sums);
        _guards = functions.Trust == CodeTrust.Guards ? new GuardWriter(_writer, verified, _registers, _addresses, _record) : null;
        ProgramMemory memory = new(_writer, verified, range, _registers, _addresses, _variables, _record, _guards);
        _body = new BodyWriter(_writer, verified, functions, range, _registers, _addresses, memory, _record, _guards);
    }

    /// <summary>A method that runs a filter or reduce program over the frame's records, or a buffer program over its buffer, which counts as one.</summary>
    /// <param name="verified">The program.</param>
    /// <param name="shape">How records are found.</param>
    /// <param name="sums">How sum fields become exact; null for a filter.</param>
    /// <param name="trust">What the code relies on.</param>
    public static CompiledMethod CompileLoop(VerifiedProgram verified, LoopShape shape, SumPlan? sums, CodeTrust trust)
    {
        MethodCompiler compiler = Main(verified, sums, trust);
        compiler.WriteEntry();
        compiler.WriteLoop(shape);
        return compiler.Finish();
    }

    /// <summary>A method that runs a program once that isn't called with rows.</summary>
    public static CompiledMethod CompileCall(VerifiedProgram verified, CodeTrust trust)
    {
        MethodCompiler compiler = Main(verified, sums: null, trust);
        compiler.WriteEntry();
        compiler._writer.PushFrameField(CallFrame.MemoryOffset);
        compiler._writer.Store(compiler._registers[Register.R1]);
        compiler._writer.PushFrameField(CallFrame.LengthOffset);
        compiler._writer.Store(compiler._registers[Register.R2]);
        compiler._guards?.WriteStart();
        compiler.WriteSingleCall();
        return compiler.Finish();
    }

    /// <summary>The method of a function that the program calls: a <see cref="CompiledFunction"/>.</summary>
    public static DynamicMethod CompileFunction(VerifiedProgram verified, CompiledFunctions functions, CodeRange range, SumPlan? sums)
    {
        Type[] parameters = [Frame, .. Enumerable.Repeat(typeof(long), CompiledFunctionArguments)];
        MethodCompiler compiler = new(verified, functions, range, sums, parameters);
        compiler.WriteFunctionEntry();
        compiler._guards?.WriteTurn(range.Start);
        compiler.WriteSingleCall();
        compiler._writer.Do(OpCodes.Ret);
        return compiler._method;
    }

    /// <summary>The program's name, and behind a dot the function's: what profilers and <see cref="Introspection.MachineCodeCapture"/> show.</summary>
    private static string NameOf(Program program, CodeRange range) => range.Start == 0
        ? program.Name
        : $"{program.Name}.{program.FunctionAt(range.Start)?.Name ?? $"function_{range.Start}"}";

    private static MethodCompiler Main(VerifiedProgram verified, SumPlan? sums, CodeTrust trust)
    {
        CompiledFunctions functions = new(verified, sums, trust);
        return new MethodCompiler(verified, functions, functions.Table.Main, sums, [Frame]);
    }

    private void WriteEntry()
    {
        _writer.PushFrameField(CallFrame.StackOffset);
        _writer.Store(_registers[Register.R10]);
        WriteHoisted();
    }

    private void WriteFunctionEntry()
    {
        for (byte argument = 1; argument < CompiledFunctionArguments; argument++)
        {
            _writer.LoadArgument(argument);
            _writer.Store(_registers[new Register(argument)]);
        }

        _writer.LoadArgument(CompiledFunctionArguments);
        _writer.Store(_registers[Register.R10]);
        if (_verified.Program.Context is ProgramContext.Row)
        {
            _writer.PushFrameField(CallFrame.RecordOffset);
            _writer.Store(_record);
        }

        WriteHoisted();
    }

    private void WriteHoisted()
    {
        _addresses.WriteEntry();
        _variables.WriteEntry();
    }

    private CompiledMethod Finish()
    {
        _writer.Do(OpCodes.Ret);
        _functions.Prepare();
        CompiledCall call = _method.CreateDelegate<CompiledCall>();

        // Otherwise the first run would wait for the runtime's compiler.
        RuntimeHelpers.PrepareDelegate(call);
        return new CompiledMethod(call, _functions.Callbacks(), _guards is null ? null : new GuardScope(_verified.Program));
    }

    private void WriteSingleCall()
    {
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
        if (_verified.Program.Kind == ProgramKind.Buffer)
        {
            _writer.PushFrameField(CallFrame.MemoryOffset);
        }
        else
        {
            _writer.Constant(ProgramMemory.RowToken);
        }

        _writer.Store(_registers[Register.R1]);
        _guards?.WriteStart();
        Label exit = _writer.NewLabel();
        _body.Write(exit);
        _writer.Mark(exit);
        loop.WriteNext(_registers[Register.R0]);
        _variables.WriteExit();
        loop.PushResult();
    }
}
