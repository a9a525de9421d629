using System.Buffers.Binary;
using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Vm.Functions;
using NearData.Vm.Maps;
using NearData.Vm.Results;

namespace NearData.Vm.Interpretation;

/// <summary>One call of a program: executes instruction by instruction and trusts none of them.</summary>
internal ref struct Machine
{
    private readonly IReadOnlyDictionary<string, Program> _others;
    private readonly AddressSpace _memory;
    private readonly CallStack _stack;
    private readonly ObservedSums? _sums;
    private readonly StepObserver? _observer;
    private readonly Span<ulong> _registers;
    private ImmutableArray<Instruction> _code;
    private int _at;
    private int _tailCalls;

    /// <param name="code">The program.</param>
    /// <param name="memory">What it can touch.</param>
    /// <param name="stack">Its frames.</param>
    /// <param name="registers">All eleven, with the arguments set.</param>
    /// <param name="others">The programs that tail calls can go on in, by name.</param>
    /// <param name="sums">Told of each store; may be null.</param>
    /// <param name="observer">Shown each instruction; may be null.</param>
    public Machine(
        ImmutableArray<Instruction> code,
        AddressSpace memory,
        CallStack stack,
        Span<ulong> registers,
        IReadOnlyDictionary<string, Program> others,
        ObservedSums? sums,
        StepObserver? observer)
    {
        _observer = observer;
        _others = others;
        _code = code;
        _memory = memory;
        _stack = stack;
        _registers = registers;
        _sums = sums;
    }

    /// <summary>Runs to the end; returns r0.</summary>
    public ulong Run(long stepLimit)
    {
        _stack.Start();
        _registers[Register.R10] = _stack.FramePointer;
        _at = 0;
        for (long steps = 0; ; steps++)
        {
            if ((uint)_at >= (uint)_code.Length)
            {
                throw Fault(FaultKind.JumpOutOfRange, "Execution leaves the program", $"it has {_code.Length} slots");
            }

            if (steps == stepLimit)
            {
                throw Fault(FaultKind.StepLimit, "The call does not end", $"it may execute {stepLimit} instructions");
            }

            _observer?.Invoke(_at, _registers, _stack, _memory);
            Instruction instruction = _code[_at];
            if (instruction.Destination >= Register.Count || instruction.Source >= Register.Count)
            {
                throw Undefined(instruction);
            }

            if (instruction.IsExit && _stack.Frames == 1)
            {
                return _registers[Register.R0];
            }

            _at = Execute(instruction);
        }
    }

    private int Execute(Instruction instruction)
    {
        switch (instruction.Opcode.Class)
        {
            case InstructionClass.Alu or InstructionClass.Alu64:
                ulong? result = Arithmetic.Evaluate(instruction, _registers[instruction.Destination], Operand(instruction));
                Set(instruction.Destination, result ?? throw Undefined(instruction));
                return _at + 1;
            case InstructionClass.Jump or InstructionClass.Jump32:
                return Jump(instruction);
            case InstructionClass.Load:
                LoadWide(instruction);
                return _at + 2;
            case InstructionClass.LoadX:
                Load(instruction);
                return _at + 1;
            default:
                Store(instruction);
                return _at + 1;
        }
    }

    private readonly ulong Operand(Instruction instruction) => instruction.Opcode.UsesSourceRegister
        ? _registers[instruction.Source]
        : (ulong)instruction.Immediate;

    private readonly void Set(Register register, ulong value)
    {
        if (register == Register.R10)
        {
            throw Fault(FaultKind.FramePointerChanged, "A write to r10", "the frame pointer can only be read");
        }

        _registers[register] = value;
    }

    private int Jump(Instruction instruction)
    {
        switch (instruction.Opcode.JumpOperation)
        {
            case JumpOperation.Always:
                return _at + 1 + instruction.JumpDistance;
            case JumpOperation.Exit when instruction.IsExit:
                CallbackLoop? loop = _stack.Loop;
                (_code, int next) = _stack.Leave(_registers);
                _memory.Slices.Leave(_stack.Frames);
                _registers[Register.R10] = _stack.FramePointer;
                return loop is null ? next : Continue(loop, next, isStopped: _registers[Register.R0] != 0);
            case JumpOperation.Call when instruction.Opcode.Class == InstructionClass.Jump:
                return Call(instruction);
            case JumpOperation.MayGoto when instruction.IsMayGoto:
                return _at + 1 + (_stack.TryIterate() ? 0 : instruction.Offset);
            default:
                bool? taken = Comparison.Holds(instruction.Opcode, _registers[instruction.Destination], Operand(instruction));
                return _at + 1 + ((taken ?? throw Undefined(instruction)) ? instruction.Offset : 0);
        }
    }

    private int Call(Instruction instruction)
    {
        // The register form holds the helper's number in the destination register, as LLVM encodes it.
        if (instruction.Opcode.UsesSourceRegister)
        {
            CallHelper(_registers[instruction.Destination]);
            return _at + 1;
        }

        switch ((CallKind)instruction.Source.Number)
        {
            case CallKind.Helper when instruction.Immediate == ControlHelpers.Loop.Number:
                return StartLoop();
            case CallKind.Helper when instruction.Immediate == ControlHelpers.ForEachElement.Number:
                return StartElementLoop();
            case CallKind.Helper when instruction.Immediate == ControlHelpers.TailCall.Number:
                return TailCall();
            case CallKind.Helper:
                CallHelper((ulong)instruction.Immediate);
                return _at + 1;
            case CallKind.Local when _stack.IsFull:
                throw Fault(FaultKind.CallDepth, "A call", $"{CallStack.MostFrames} functions are active, which is the most");
            case CallKind.Local:
                _stack.Enter(_registers, _code, _at + 1);
                _registers[Register.R10] = _stack.FramePointer;
                return _at + 1 + instruction.Immediate;
            default:
                throw Undefined(instruction);
        }
    }

    private readonly int StartLoop()
    {
        uint times = (uint)_registers[Register.R1];
        int function = FindFunction(ControlHelpers.Loop, Register.R2);
        if (_registers[Register.R4] != 0 || times > IterationBudget.PerLoopHelper)
        {
            _registers[Register.R0] = (ulong)(_registers[Register.R4] != 0 ? ErrorNumber.Invalid : ErrorNumber.TooBig);
            return _at + 1;
        }

        return Continue(new CountedLoop(function, times, _registers[Register.R3]), _at + 1, isStopped: false);
    }

    private readonly int StartElementLoop()
    {
        int number = FindMap(ControlHelpers.ForEachElement, Register.R1);
        int function = FindFunction(ControlHelpers.ForEachElement, Register.R2);
        if (_registers[Register.R4] != 0)
        {
            _registers[Register.R0] = unchecked((ulong)ErrorNumber.Invalid);
            return _at + 1;
        }

        BpfMap map = _memory.Maps[number];
        return Continue(new ElementLoop(function, map, number, _registers[Register.R3], _stack.Keys), _at + 1, isStopped: false);
    }

    private int TailCall()
    {
        if (_registers[Register.R1] != Address.Of(Address.Context).Value)
        {
            throw Fault(
                FaultKind.HelperArgument,
                $"{ControlHelpers.TailCall.Name} gets {new Address(_registers[Register.R1])} as its context",
                "it takes what the program was called with");
        }

        BpfMap map = _memory.Maps[FindMap(ControlHelpers.TailCall, Register.R2)];
        string? name = ((ProgramArrayMap)map).Find((uint)_registers[Register.R3]);
        if (name is null || _tailCalls == TailCalls.Most || !_others.TryGetValue(name, out Program? target))
        {
            return _at + 1;
        }

        // The frame is the new program's, and its exit ends the function that it was called in.
        _tailCalls++;
        _code = target.Code;
        return 0;
    }

    private readonly int FindMap(HelperSignature helper, Register register)
    {
        Address given = new(_registers[register]);
        return _memory.FindMap(given) is { } number && helper.MapTypes.Contains(_memory.Maps[number].Definition.Type)
            ? number
            : throw Fault(FaultKind.HelperArgument, $"{helper.Name} gets {given} as its map", $"it takes a map of type {string.Join(" or ", helper.MapTypes)}");
    }

    /// <summary>Calls the loop's function once more, or ends the helper that it belongs to.</summary>
    private readonly int Continue(CallbackLoop loop, int returnTo, bool isStopped)
    {
        if (_stack.IsFull)
        {
            throw Fault(FaultKind.CallDepth, "A callback", $"{CallStack.MostFrames} functions are active, which is the most");
        }

        if (isStopped || !loop.Next(_registers, _stack.Frames))
        {
            _registers[Register.R0] = loop.Calls;
            return returnTo;
        }

        _stack.Enter(_registers, _code, returnTo, loop);
        _registers[Register.R10] = _stack.FramePointer;
        return loop.Function;
    }

    private readonly int FindFunction(HelperSignature helper, Register register)
    {
        Address given = new(_registers[register]);
        return given.Region == Address.Functions && given.Offset >= 0 && given.Offset < _code.Length
            ? (int)given.Offset
            : throw Fault(FaultKind.HelperArgument, $"{helper.Name} gets {given} as its callback", "it takes a function of the program");
    }

    private readonly void CallHelper(ulong number)
    {
        HelperFunction helper = (number <= int.MaxValue ? HelperFunctions.Find((int)number) : null)
            ?? throw Fault(FaultKind.UnknownHelper, $"A call of helper {number}", "there is none with this number");
        _registers[Register.R0] = new HelperCall(helper, _registers, _memory, _at, _stack.Frames).Run();
        _sums?.Observe();
    }

    private readonly void LoadWide(Instruction instruction)
    {
        if (!instruction.IsWide || _at + 1 == _code.Length)
        {
            throw Undefined(instruction);
        }

        Instruction second = _code[_at + 1];
        Set(instruction.Destination, instruction.WideKind switch
        {
            WideImmediateKind.Number => (ulong)Instruction.WideNumber(instruction, second),
            WideImmediateKind.Map => Address.Of(Address.FirstMap + CheckMap(instruction.Immediate)).Value,
            WideImmediateKind.Function => Address.Of(Address.Functions, _at + 1 + instruction.Immediate).Value,
            WideImmediateKind.MapValue => Address.Of(Address.FirstValues + CheckMap(instruction.Immediate), second.Immediate).Value,
            _ => throw Undefined(instruction),
        });
    }

    private readonly int CheckMap(int map) => (uint)map < (uint)_memory.Maps.ProgramMaps
        ? map
        : throw Fault(FaultKind.UnknownMap, $"A load of map {map}", $"the program has {_memory.Maps.ProgramMaps} maps");

    private readonly void Load(Instruction instruction)
    {
        bool isSigned = instruction.Opcode.Mode == MemoryMode.SignExtendingMemory;
        if (!(isSigned && instruction.Opcode.Size != MemorySize.DoubleWord) && instruction.Opcode.Mode != MemoryMode.Memory)
        {
            throw Undefined(instruction);
        }

        ulong value = _memory.LoadField(_at, Pointed(instruction, instruction.Source), instruction.Opcode.Size.Bytes())
            ?? Read(Locate(instruction, instruction.Source, AccessIntent.Load));
        Set(instruction.Destination, !isSigned ? value : instruction.Opcode.Size switch
        {
            MemorySize.Byte => (ulong)(sbyte)value,
            MemorySize.HalfWord => (ulong)(short)value,
            _ => (ulong)(int)value,
        });
    }

    private readonly void Store(Instruction instruction)
    {
        bool isRegister = instruction.Opcode.Class == InstructionClass.StoreX;
        switch (instruction.Opcode.Mode)
        {
            case MemoryMode.Memory:
                Span<byte> place = Locate(instruction, instruction.Destination, AccessIntent.Store);
                Write(place, isRegister ? _registers[instruction.Source] : (ulong)instruction.Immediate);
                break;
            case MemoryMode.Atomic when isRegister && instruction.Immediate == (int)AtomicOperation.LoadAcquire:
                Set(instruction.Destination, Read(Locate(instruction, instruction.Source, AccessIntent.Load)));
                break;
            case MemoryMode.Atomic when isRegister && instruction.Immediate == (int)AtomicOperation.StoreRelease:
                Write(Locate(instruction, instruction.Destination, AccessIntent.Store), _registers[instruction.Source]);
                break;
            case MemoryMode.Atomic when isRegister && instruction.Opcode.Size is MemorySize.Word or MemorySize.DoubleWord:
                Update(instruction);
                break;
            default:
                throw Undefined(instruction);
        }
    }

    private readonly void Update(Instruction instruction)
    {
        Span<byte> place = Locate(instruction, instruction.Destination, AccessIntent.Store);
        ulong mask = place.Length == sizeof(uint) ? uint.MaxValue : ulong.MaxValue;
        ulong old = Read(place);
        ulong updated = AtomicUpdate.Evaluate(
            (AtomicOperation)instruction.Immediate, old, _registers[instruction.Source] & mask, _registers[Register.R0] & mask)
            ?? throw Undefined(instruction);
        Write(place, updated);
        if (AtomicInstruction.OldValueTarget(instruction) is { } target)
        {
            Set(target, old);
        }
    }

    private readonly Address Pointed(Instruction instruction, Register pointer) => new(_registers[pointer] + (ulong)instruction.Offset);

    private readonly Span<byte> Locate(Instruction instruction, Register pointer, AccessIntent intent) =>
        _memory.Locate(_at, Pointed(instruction, pointer), instruction.Opcode.Size.Bytes(), intent, _stack.Frames);

    private static ulong Read(ReadOnlySpan<byte> place) => place.Length switch
    {
        1 => place[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(place),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(place),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(place),
    };

    private readonly void Write(Span<byte> place, ulong value)
    {
        switch (place.Length)
        {
            case 1: place[0] = (byte)value; break;
            case 2: BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)value); break;
            case 4: BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)value); break;
            default: BinaryPrimitives.WriteUInt64LittleEndian(place, value); break;
        }

        _sums?.Observe();
    }

    private readonly ExecutionFaultException Fault(FaultKind kind, string found, string allowed) =>
        new(_at, kind, found, allowed);

    private readonly ExecutionFaultException Undefined(Instruction instruction) => Fault(
        FaultKind.UndefinedInstruction,
        $"opcode {instruction.Opcode} with registers {instruction.Destination} and {instruction.Source}, offset {instruction.Offset} "
        + $"and immediate {instruction.Immediate}",
        "the instruction set defines no such instruction");
}
