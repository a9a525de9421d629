using System.Reflection.Emit;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Vm.Functions;
using NearData.Vm.Interpretation;
using NearData.Vm.Maps;

namespace NearData.Vm.Compilation;

/// <summary>
/// Compiles one call of a program: its reachable instructions in order, with jumps as branches. To be made before the method's
/// entry is written, and told to write after it.
/// </summary>
internal sealed unsafe class BodyWriter
{
    private readonly MethodWriter _writer;
    private readonly VerifiedProgram _verified;
    private readonly CompiledFunctions _functions;
    private readonly CodeRange _range;
    private readonly LocalBuilder _record;
    private readonly LocalBuilder _iterations;
    private readonly RegisterLocals _registers;
    private readonly HoistedAddresses _addresses;
    private readonly ProgramMemory _memory;
    private readonly ArithmeticWriter _arithmetic;
    private readonly AccessWriter _accesses;
    private readonly GuardWriter? _guards;
    private readonly Dictionary<int, Label> _targets = [];

    public BodyWriter(
        MethodWriter writer,
        VerifiedProgram verified,
        CompiledFunctions functions,
        CodeRange range,
        RegisterLocals registers,
        HoistedAddresses addresses,
        ProgramMemory memory,
        LocalBuilder record,
        GuardWriter? guards)
    {
        _guards = guards;
        _writer = writer;
        _verified = verified;
        _functions = functions;
        _range = range;
        _record = record;
        _iterations = writer.NewNumber();
        _registers = registers;
        _addresses = addresses;
        _memory = memory;
        _arithmetic = new ArithmeticWriter(writer, registers);
        _accesses = new AccessWriter(writer, registers, verified.Program.OwnsMaps ? MemorySharing.None : MemorySharing.Threads);
        ReserveAddresses();
    }

    /// <summary>Writes the body; each exit goes to a label with r0 set.</summary>
    public void Write(Label exit)
    {
        DefineTargets();
        if (Slots().Any(slot => _verified.Program.Code[slot].IsMayGoto))
        {
            _writer.Constant(IterationBudget.PerFunction);
            _writer.Store(_iterations);
        }

        foreach (int slot in Slots())
        {
            if (_targets.TryGetValue(slot, out Label label))
            {
                _writer.Mark(label);
                _guards?.ForgetPaths();
            }

            Write(slot, exit);
            _guards?.After(_verified.Program.Code[slot]);
        }
    }

    private void ReserveAddresses()
    {
        foreach (int slot in Slots())
        {
            if (_verified.Program.Code[slot] is { IsWide: true, WideKind: WideImmediateKind.MapValue } load)
            {
                _addresses.FirstValue(load.Immediate);
            }
        }
    }

    private void DefineTargets()
    {
        foreach (int slot in Slots())
        {
            if (JumpTarget(_verified.Program.Code[slot], slot) is { } target && IsReachable(target))
            {
                _targets.TryAdd(target, _writer.NewLabel());
            }
        }
    }

    private static int? JumpTarget(Instruction instruction, int slot) =>
        instruction.IsUnconditionalJump || instruction.IsConditionalJump ? slot + 1 + instruction.JumpDistance : null;

    private IEnumerable<int> Slots() => Enumerable.Range(_range.Start, _range.Length).Where(IsReachable);

    private bool IsReachable(int slot) =>
        slot < _verified.Facts.Instructions.Length && _verified.Facts.Instructions[slot].IsReachable;

    private void Write(int slot, Label exit)
    {
        Instruction instruction = _verified.Program.Code[slot];
        if (instruction.Opcode.IsArithmetic)
        {
            _arithmetic.Write(instruction);
        }
        else if (instruction.IsExit)
        {
            _writer.Branch(OpCodes.Br, exit);
        }
        else if (instruction.IsCall)
        {
            WriteCall(slot, instruction, exit);
        }
        else if (instruction.IsWide)
        {
            WriteWide(slot, instruction, _verified.Program.Code[slot + 1]);
        }
        else if (JumpTarget(instruction, slot) is { } target)
        {
            WriteJump(instruction, slot, target, exit);
        }
        else
        {
            _accesses.Write(instruction, _memory[slot]);
        }
    }

    // Where one way of a condition was proven never to be taken, the other is taken without asking. Where neither is, no run gets
    // here, which the verifier saw only at this jump; what comes next belongs to other paths.
    private void WriteJump(Instruction instruction, int slot, int target, Label exit)
    {
        if (target <= slot)
        {
            _guards?.WriteTurn(slot);
        }

        if (instruction.IsMayGoto)
        {
            WriteMayGoto(target);
        }
        else if (instruction.IsUnconditionalJump || !IsReachable(slot + 1))
        {
            _writer.Branch(OpCodes.Br, IsReachable(target) ? _targets[target] : exit);
        }
        else if (IsReachable(target))
        {
            JumpWriter.Write(_writer, _registers, instruction, _targets[target]);
        }
    }

    private void WriteWide(int slot, Instruction first, Instruction second)
    {
        switch (first.WideKind)
        {
            case WideImmediateKind.Number:
                _writer.Constant(Instruction.WideNumber(first, second));
                break;
            case WideImmediateKind.Map:
                _writer.Load(_addresses.Maps);
                _writer.AddConstant((long)first.Immediate * sizeof(MapHeader));
                break;
            case WideImmediateKind.Function:
                _writer.Constant(_functions.CallbackNumber(FunctionTable.Target(first, slot)!.Value));
                break;
            case WideImmediateKind.MapValue:
                _writer.Load(_addresses.FirstValue(first.Immediate));
                _writer.AddConstant(second.Immediate);
                break;
            default:
                throw new InvalidOperationException(
                    $"{_verified.Program.Name}: a wide load of kind {first.WideKind} can't be compiled.");
        }

        _writer.Store(_registers[first.Destination]);
    }

    private void WriteMayGoto(int target)
    {
        _writer.Load(_iterations);
        _writer.Branch(OpCodes.Brfalse, _targets[target]);
        _writer.Load(_iterations);
        _writer.AddConstant(-1);
        _writer.Store(_iterations);
    }

    private void WriteCall(int slot, Instruction instruction, Label exit)
    {
        if (FunctionTable.Target(instruction, slot) is { } function)
        {
            WriteLocalCall(function);
            return;
        }

        if ((CallKind)instruction.Source.Number == CallKind.Helper && WriteControlCall(slot, instruction.Immediate, exit))
        {
            return;
        }

        bool isHelper = instruction.Source.Number == (byte)CallKind.Helper;
        HelperFunction helper = (isHelper ? HelperFunctions.Find(instruction.Immediate) : null)
            ?? throw new InvalidOperationException($"{_verified.Program.Name}, instruction {slot}: this call can't be compiled.");
        _guards?.WriteArguments(helper.Signature, slot);
        for (int argument = 0; argument < helper.Signature.Arguments.Length; argument++)
        {
            _writer.Load(_registers[new Register((byte)(Register.R1 + argument))]);
        }

        _writer.Call(helper.Method);
        _writer.Store(_registers[Register.R0]);
        _guards?.WriteResult(helper.Signature);
    }

    private void WriteLocalCall(int function)
    {
        SaveRecord();
        _writer.Do(OpCodes.Ldarg_0);
        for (byte argument = 1; argument <= 5; argument++)
        {
            _writer.Load(_registers[new Register(argument)]);
        }

        _writer.Load(_registers[Register.R10]);
        _writer.AddConstant(-CallStack.FrameSize);
        _writer.Call(_functions.Find(function));
        _writer.Store(_registers[Register.R0]);
    }

    private bool WriteControlCall(int slot, int helper, Label exit)
    {
        if (HelperTable.Find(helper) is { } called && ControlHelpers.All.Contains(called))
        {
            _guards?.WriteArguments(called, slot);
        }

        if (helper == ControlHelpers.Loop.Number)
        {
            WriteControlCall(ControlHelpers.Loop, nameof(ControlCalls.Loop));
            _writer.Store(_registers[Register.R0]);
        }
        else if (helper == ControlHelpers.ForEachElement.Number)
        {
            WriteControlCall(ControlHelpers.ForEachElement, nameof(ControlCalls.ForEachElement));
            _writer.Store(_registers[Register.R0]);
        }
        else if (helper == ControlHelpers.TailCall.Number)
        {
            WriteTailCall(exit);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void WriteControlCall(HelperSignature helper, string method)
    {
        SaveRecord();
        _writer.Do(OpCodes.Ldarg_0);
        for (byte argument = 1; argument <= helper.Arguments.Length; argument++)
        {
            _writer.Load(_registers[new Register(argument)]);
        }

        _writer.Load(_registers[Register.R10]);
        _writer.Call(typeof(ControlCalls).GetMethod(method)!);
    }

    // The other program's exit is this function's.
    private void WriteTailCall(Label exit)
    {
        Label missing = _writer.NewLabel();
        WriteControlCall(ControlHelpers.TailCall, nameof(ControlCalls.TailCall));
        _writer.Branch(OpCodes.Brfalse, missing);
        _writer.PushFrameField(CallFrame.ReturnedOffset);
        _writer.Store(_registers[Register.R0]);
        _writer.Branch(OpCodes.Br, exit);
        _writer.Mark(missing);
    }

    /// <summary>Functions find columns' values by the record's number.</summary>
    private void SaveRecord()
    {
        if (_verified.Program.Context is ProgramContext.Row)
        {
            _writer.StoreFrameField(CallFrame.RecordOffset, _record);
        }
    }
}
