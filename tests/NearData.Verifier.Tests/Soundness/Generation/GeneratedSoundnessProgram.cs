using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>
/// Random programs that reach what the verifier knows of: numbers of both widths, stack, memory, packets, maps, records, slices, atomic
/// operations, branches, loops, calls and callbacks. Most would verify; of some a slot or two is changed afterwards, so that what is accepted of them
/// shows what the checks miss. r6 is the memory or the context, r9 counts loops, r1 and r5 are used inside statements.
/// </summary>
internal sealed class GeneratedSoundnessProgram
{
    public const int MemoryLength = 64;

    private const int MostFunctions = 4;

    /// <summary>Where the counter of a loop in a loop is kept.</summary>
    private const short Counter = -152;

    private const short Iterator = -160;

    private readonly Choices _choices;
    private readonly CodeBuilder _code = new();
    private readonly NumberCode _numbers;
    private readonly MemoryCode _memory;
    private readonly PacketCode _packets;
    private readonly HelperCode _helpers;
    private readonly SliceCode _slices;
    private readonly bool _takesPacket;
    private readonly bool _usesMaps;
    private readonly List<(int Place, Callee Kind)> _functions = [];

    private GeneratedSoundnessProgram(int seed)
    {
        _choices = new Choices(new Random(seed));
        _numbers = new NumberCode(_code, _choices);
        _memory = new MemoryCode(_code, _choices, _numbers);
        _packets = new PacketCode(_code, _choices, _numbers, _memory);
        _helpers = new HelperCode(_code, _choices, _numbers, _memory);
        _slices = new SliceCode(_code, _choices, _numbers, _memory);
        _takesPacket = _choices.Rarely(3);
        _usesMaps = _choices.Rarely(2);
    }

    private enum Callee
    {
        /// <summary>Takes sixteen bytes and a number.</summary>
        Plain,

        /// <summary>What bpf_loop calls.</summary>
        Turn,

        /// <summary>What bpf_for_each_map_elem calls.</summary>
        Element,
    }

    /// <summary>The program of a seed, always the same one.</summary>
    public static Program Make(int seed)
    {
        GeneratedSoundnessProgram generated = new(seed);
        generated.Write();
        ImmutableArray<Instruction> code = generated._code.Finish();
        return new Program
        {
            Name = $"generated {seed}",
            Section = generated._takesPacket ? "xdp" : "memory",
            Kind = generated._takesPacket ? ProgramKind.Xdp : ProgramKind.Memory,
            Context = generated._takesPacket ? new ProgramContext.Fields(ContextLayout.XdpMd) : new ProgramContext.Memory(MemoryLength),
            Code = generated._choices.Rarely(3) ? Mutation.Of(code, generated._choices) : code,
            Maps = generated._usesMaps ? SoundnessMaps.All : [],
        };
    }

    private void Write()
    {
        _numbers.Move(Register.R6, Register.R1);
        if (_takesPacket)
        {
            _packets.LoadNumbers(Register.R7, Register.R8);
        }
        else
        {
            _code.Add(Instruction.Load(_choices.Size(), Register.R7, Register.R6, (short)(8 * _choices.Below(MemoryLength / 8))));
            _code.Add(Instruction.Load(_choices.Size(), Register.R8, Register.R6, (short)(8 * _choices.Below(MemoryLength / 8))));
        }

        Scope scope = _takesPacket ? new(BaseLength: 0, 0) : new(MemoryLength, 0);
        Body(scope, _choices.Between(2, 11), areNumbersUnset: true);
        _code.Add(Instruction.Alu64(AluOperation.Xor, Register.R0, Register.R7), Instruction.Alu64(AluOperation.Xor, Register.R0, Register.R8), Instruction.Exit);
        for (int function = 0; function < _functions.Count; function++)
        {
            Function(_functions[function].Place, _functions[function].Kind);
        }
    }

    private void Body(Scope scope, int statements, bool areNumbersUnset = false)
    {
        if (areNumbersUnset)
        {
            foreach (Register register in (Register[])[Register.R0, Register.R2, Register.R3, Register.R4])
            {
                _numbers.Move(register, _choices.Pick(Register.R7, Register.R8));
            }

            _memory.FillStack();
        }

        for (; statements > 0; statements--)
        {
            Statement(scope);
        }
    }

    private void Function(int place, Callee kind)
    {
        _code.Put(place);
        switch (kind)
        {
            case Callee.Plain:
                _numbers.Move(Register.R6, Register.R1);
                _numbers.Move(Register.R7, Register.R2);
                _numbers.Move(Register.R8, Register.R2);
                Body(new Scope(16, 0, IsMain: false), _choices.Between(1, 4), areNumbersUnset: true);
                break;
            case Callee.Turn:
                _numbers.Move(Register.R6, Register.R2);
                _numbers.Move(Register.R7, Register.R1);
                _numbers.Move(Register.R8, Register.R1);
                Body(new Scope(8 * MemoryCode.StackNumbers, 1, IsMain: false), _choices.Between(1, 4), areNumbersUnset: true);
                _code.Add(Instruction.Alu64(AluOperation.And, Register.R0, 1));
                break;
            default:
                _numbers.Move(Register.R6, Register.R3);
                _code.Add(Instruction.Load(MemorySize.Word, Register.R7, Register.R2, 0), Instruction.Load(MemorySize.DoubleWord, Register.R8, Register.R4, 0));
                Body(new Scope(SoundnessMaps.ValueSize, 1, IsMain: false), _choices.Between(1, 4), areNumbersUnset: true);
                _code.Add(Instruction.Alu64(AluOperation.And, Register.R0, 1));
                break;
        }

        _code.Add(Instruction.Exit);
    }

    private void Statement(Scope scope)
    {
        switch (_choices.Below(21))
        {
            case 0 when scope.Depth < 2:
                Loop(scope);
                break;
            case 18 when scope.Depth == 0:
                Iterate(scope);
                break;
            case 1 when scope.Depth < 2:
                Call(scope);
                break;
            case 2 when scope.Depth == 0:
                CallBack();
                break;
            case 3 or 4:
                _memory.OnStack();
                break;
            case 5:
                _memory.SomewhereOnStack();
                break;
            case 6:
                _memory.Atomic(Register.R10, -8 * MemoryCode.StackNumbers, 8 * MemoryCode.StackNumbers);
                break;
            case 7 or 8 or 9 when scope.BaseLength > 0:
                _numbers.Move(Register.R1, Register.R6);
                _memory.From(scope.BaseLength);
                break;
            case 7 or 8 or 9 when scope.IsMain:
                _packets.Write();
                break;
            case 10 or 11 when _usesMaps:
                _helpers.Write();
                break;
            case 19 or 20 when _usesMaps || (_takesPacket && scope.IsMain):
                _slices.Write(_usesMaps, _takesPacket && scope.IsMain);
                break;
            case 12 when scope.BaseLength > 0:
                _memory.Atomic(Register.R6, 0, scope.BaseLength);
                break;
            case 13 or 14:
                int end = _code.NewPlace();
                _numbers.JumpIf(end);
                Body(scope with { Depth = scope.Depth + 1 }, _choices.Between(1, 3));
                _code.Put(end);
                break;
            default:
                _numbers.Arithmetic();
                break;
        }
    }

    /// <summary>A loop over an iterator, whose number is used in it.</summary>
    private void Iterate(Scope scope)
    {
        int end = _code.NewPlace();
        _numbers.Set(Register.R2, _choices.Between(-2, 3));
        if (_choices.Rarely(2))
        {
            _numbers.Set(Register.R3, _choices.Between(-2, 9));
        }
        else
        {
            _numbers.Move(Register.R3, Register.R7);
            _code.Add(Instruction.Alu64(AluOperation.And, Register.R3, 7));
        }

        CallWithIterator(IteratorHelpers.New);
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
        int head = _code.NewPlaceHere();
        CallWithIterator(IteratorHelpers.Next);
        _code.Jump(Instruction.Jump64(JumpOperation.Equal, Register.R0, 0, 0), end);
        bool isSigned = _choices.Rarely(2);
        Instruction load = Instruction.Load(MemorySize.Word, Register.R7, Register.R0, 0);
        _code.Add(isSigned ? load with { Opcode = Opcode.Memory(InstructionClass.LoadX, MemoryMode.SignExtendingMemory, MemorySize.Word) } : load);
        _numbers.Renew(Register.R0, Register.R2, Register.R3, Register.R4);
        Body(scope with { Depth = 2 }, _choices.Between(1, 3));
        _code.Goto(head);
        _code.Put(end);
        _numbers.Renew(Register.R0, Register.R2, Register.R3, Register.R4);
    }

    private void CallWithIterator(HelperSignature helper)
    {
        _numbers.Move(Register.R1, Register.R10);
        _numbers.Add(Register.R1, Iterator);
        _code.CallHelper(helper.Number);
    }

    private void Loop(Scope scope)
    {
        int end = _code.NewPlace();
        bool isInner = scope.Depth > 0;
        bool isBudgeted = _choices.Rarely(4);
        int step = _choices.Between(1, 3);
        if (isInner)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Counter, 0));
        }
        else
        {
            _numbers.Set(Register.R9, 0);
        }

        int head = _code.NewPlaceHere();
        if (isBudgeted)
        {
            _code.Jump(new Instruction(Opcode.Jump(InstructionClass.Jump, JumpOperation.MayGoto, fromRegister: false), default, default, 0, 0), end);
        }

        // A loop in a loop has no other in it: there is one place for its counter.
        Body(scope with { Depth = isInner ? 2 : 1 }, _choices.Between(1, 3));
        if (_choices.Rarely(3))
        {
            _numbers.JumpIf(end);
        }

        Register counter = isInner ? Register.R1 : Register.R9;
        if (isInner)
        {
            _code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, Counter));
        }

        _numbers.Add(counter, step);
        if (isInner)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Counter, Register.R1));
        }

        GoRound(counter, head, step);
        _code.Put(end);
    }

    private void GoRound(Register counter, int head, int step)
    {
        switch (_choices.Below(4))
        {
            case 0:
                _code.Jump(Instruction.Jump64(JumpOperation.NotEqual, counter, step * _choices.Between(1, 4), 0), head);
                break;
            case 1:
                // Bounded by a number that the verifier knows little of.
                _numbers.Move(Register.R5, _choices.Pick(Register.R7, Register.R8));
                _code.Add(Instruction.Alu64(AluOperation.And, Register.R5, 7));
                _code.Jump(Instruction.Jump64(JumpOperation.Less, counter, Register.R5, 0), head);
                break;
            default:
                JumpOperation below = _choices.Pick(JumpOperation.Less, JumpOperation.LessOrEqual, JumpOperation.SignedLess);
                _code.Jump(Instruction.Jump64(below, counter, _choices.Between(1, 8), 0), head);
                break;
        }
    }

    private void Call(Scope scope)
    {
        int function = FunctionOf(Callee.Plain, scope);
        if (function < 0)
        {
            return;
        }

        bool isStack = scope.BaseLength < 16 || _choices.Rarely(2);
        _numbers.Move(Register.R1, isStack ? Register.R10 : Register.R6);
        if (isStack)
        {
            _numbers.Add(Register.R1, -8 * _choices.Between(2, MemoryCode.StackNumbers));
        }
        else
        {
            _numbers.Add(Register.R1, 8 * _choices.Below((scope.BaseLength / 8) - 1));
        }

        _numbers.Move(Register.R2, _choices.Pick(Register.R7, Register.R8));
        _code.Call(_functions[function].Place);
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
    }

    private void CallBack()
    {
        bool walksMap = _usesMaps && _choices.Rarely(2);
        int function = FunctionOf(walksMap ? Callee.Element : Callee.Turn, default);
        if (function < 0)
        {
            return;
        }

        if (walksMap)
        {
            _code.LoadMap(Register.R1, _choices.Pick(SoundnessMaps.Array, SoundnessMaps.Hash));
        }
        else if (_choices.Rarely(2))
        {
            _numbers.Set(Register.R1, _choices.Below(6));
        }
        else
        {
            _numbers.Move(Register.R1, Register.R7);
            _code.Add(Instruction.Alu64(AluOperation.And, Register.R1, 7));
        }

        _code.LoadFunction(Register.R2, _functions[function].Place);
        _numbers.Move(Register.R3, Register.R10);
        _numbers.Add(Register.R3, -8 * MemoryCode.StackNumbers);
        _numbers.Set(Register.R4, 0);
        _code.CallHelper(walksMap ? ControlHelpers.ForEachElement.Number : ControlHelpers.Loop.Number);
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
    }

    /// <summary>A function that may be called, by number; -1 where there is none and can be no more.</summary>
    private int FunctionOf(Callee kind, Scope scope)
    {
        // Functions call new ones only, so that none calls itself.
        int known = scope.IsMain ? _functions.FindIndex(function => function.Kind == kind) : -1;
        if (known >= 0 && _choices.Rarely(2))
        {
            return known;
        }

        if (_functions.Count == MostFunctions)
        {
            return known;
        }

        _functions.Add((_code.NewPlace(), kind));
        return _functions.Count - 1;
    }

    /// <summary>Where a statement stands.</summary>
    /// <param name="BaseLength">Bytes from r6 on; 0 where it is the context.</param>
    /// <param name="Depth">Blocks and loops around it.</param>
    /// <param name="IsMain">Whether it is in the program itself.</param>
    private readonly record struct Scope(int BaseLength, int Depth, bool IsMain = true);
}
