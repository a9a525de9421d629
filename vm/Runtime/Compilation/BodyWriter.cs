using System.Reflection.Emit;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Functions;
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
    private readonly RegisterLocals _registers;
    private readonly HoistedAddresses _addresses;
    private readonly ProgramMemory _memory;
    private readonly ArithmeticWriter _arithmetic;
    private readonly AccessWriter _accesses;
    private readonly Dictionary<int, Label> _targets = [];

    public BodyWriter(
        MethodWriter writer, VerifiedProgram verified, RegisterLocals registers, HoistedAddresses addresses, ProgramMemory memory)
    {
        _writer = writer;
        _verified = verified;
        _registers = registers;
        _addresses = addresses;
        _memory = memory;
        _arithmetic = new ArithmeticWriter(writer, registers);
        _accesses = new AccessWriter(writer, registers);
        ReserveAddresses();
    }

    /// <summary>Writes the body; each exit goes to a label with r0 set.</summary>
    public void Write(Label exit)
    {
        DefineTargets();
        for (int slot = 0; slot < _verified.Program.Code.Length; slot++)
        {
            if (IsReachable(slot))
            {
                if (_targets.TryGetValue(slot, out Label label))
                {
                    _writer.Mark(label);
                }

                Write(slot, exit);
            }
        }
    }

    private void ReserveAddresses()
    {
        for (int slot = 0; slot < _verified.Program.Code.Length; slot++)
        {
            if (IsReachable(slot) && _verified.Program.Code[slot] is { IsWide: true, WideKind: WideImmediateKind.MapValue } load)
            {
                _addresses.FirstValue(load.Immediate);
            }
        }
    }

    private void DefineTargets()
    {
        for (int slot = 0; slot < _verified.Program.Code.Length; slot++)
        {
            if (IsReachable(slot) && JumpTarget(_verified.Program.Code[slot], slot) is { } target && IsReachable(target))
            {
                _targets.TryAdd(target, _writer.NewLabel());
            }
        }
    }

    private static int? JumpTarget(Instruction instruction, int slot) =>
        instruction.IsUnconditionalJump || instruction.IsConditionalJump ? slot + 1 + instruction.JumpDistance : null;

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
            WriteCall(slot, instruction);
        }
        else if (instruction.IsWide)
        {
            WriteWide(instruction, _verified.Program.Code[slot + 1]);
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
        if (instruction.IsUnconditionalJump || !IsReachable(slot + 1))
        {
            _writer.Branch(OpCodes.Br, IsReachable(target) ? _targets[target] : exit);
        }
        else if (IsReachable(target))
        {
            JumpWriter.Write(_writer, _registers, instruction, _targets[target]);
        }
    }

    private void WriteWide(Instruction first, Instruction second)
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

    private void WriteCall(int slot, Instruction instruction)
    {
        bool isHelper = instruction.Source.Number == (byte)CallKind.Helper;
        HelperFunction helper = (isHelper ? HelperFunctions.Find(instruction.Immediate) : null)
            ?? throw new InvalidOperationException($"{_verified.Program.Name}, instruction {slot}: this call can't be compiled.");
        for (int argument = 0; argument < helper.Signature.Arguments.Length; argument++)
        {
            _writer.Load(_registers[new Register((byte)(Register.R1 + argument))]);
        }

        _writer.Call(helper.Method);
        _writer.Store(_registers[Register.R0]);
    }
}
