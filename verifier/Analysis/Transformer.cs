using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>Changes a state as an instruction does, and never judges: the checker has found the instruction safe in that state.</summary>
internal sealed class Transformer
{
    private readonly ProgramEnvironment _environment;
    private readonly TermSource _terms;
    private readonly ArithmeticTransfer _arithmetic;
    private readonly MemoryTransfer _memory;
    private readonly HelperTransfer _helpers;

    public Transformer(ProgramEnvironment environment, TermSource terms)
    {
        _environment = environment;
        _terms = terms;
        _arithmetic = new(environment, terms);
        _memory = new(environment, terms);
        _helpers = new(environment, terms, _memory);
    }

    /// <summary>What is known when the program starts (docs/abi.md).</summary>
    public MachineState Start()
    {
        Value[] registers = new Value[Register.Count];
        Array.Fill(registers, new Value.Unusable("uninitialized"));
        registers[Register.R10] = Value.Pointer.At(Region.Stack(0), 0);
        switch (_environment.Program.Context)
        {
            case ProgramContext.Memory memory:
                registers[Register.R1] = _environment.Called!;
                registers[Register.R2] = Operands.Number(memory.Length);
                break;
            case ProgramContext.Group group:
                registers[Register.R1] = Value.Pointer.At(Region.MapKey(group.Map), 0);
                registers[Register.R2] = Value.Pointer.At(Region.MapValue(group.Map), 0);
                break;
            default:
                registers[Register.R1] = _environment.Called!;
                break;
        }

        return new MachineState(registers, StackFrame.Empty, decision: null, [.. new SumChange[_environment.Results]]);
    }

    /// <param name="slot">The instruction's place.</param>
    /// <param name="instruction">Neither a jump nor an exit.</param>
    /// <param name="second">A wide load's second slot.</param>
    /// <param name="state">Changed in place.</param>
    public void Apply(int slot, Instruction instruction, Instruction second, MachineState state)
    {
        switch (instruction.Opcode.Class)
        {
            case InstructionClass.Alu or InstructionClass.Alu64:
                state[instruction.Destination] = _arithmetic.Result(instruction, state);
                break;
            case InstructionClass.Load when !instruction.IsWide:
                _helpers.LoadLegacy(slot, state);
                break;
            case InstructionClass.Load:
                state[instruction.Destination] = WideLoad(slot, instruction, second);
                break;
            case InstructionClass.LoadX:
                state[instruction.Destination] = _memory.Load(instruction, state);
                break;
            case InstructionClass.Jump or InstructionClass.Jump32:
                Call(slot, HelperTable.Find(instruction.Immediate)!, state);
                break;
            default:
                _memory.Store(instruction, state);
                break;
        }
    }

    /// <inheritdoc cref="IteratorTransfer.Next"/>
    public (MachineState? More, MachineState? Over) Next(int slot, MachineState state) => _helpers.Next(slot, state);

    /// <inheritdoc cref="HelperTransfer.EndByTailCall"/>
    public MachineState EndByTailCall(int slot, MachineState state) => _helpers.EndByTailCall(slot, state);

    /// <inheritdoc cref="MemoryTransfer.Fill"/>
    public void Fill(Place place, MachineState state) => _memory.Fill(place, isWhole: true, state);

    private static Value WideLoad(int slot, Instruction first, Instruction second) => first.WideKind switch
    {
        WideImmediateKind.Number => Operands.Number(Instruction.WideNumber(first, second)),
        WideImmediateKind.Function => new Value.Function(slot + 1 + first.Immediate),
        WideImmediateKind.Map => new Value.Map(first.Immediate),
        _ => Value.Pointer.At(Region.MapValue(first.Immediate), second.Immediate),
    };

    /// <summary>What a call of a helper leaves: its answer, what it wrote, and nothing in r1 to r5.</summary>
    private void Call(int slot, HelperSignature helper, MachineState state)
    {
        Value answer = _helpers.Call(helper, state);
        HelperTransfer.Forget(slot, helper, state);
        state[Register.R0] = answer;
    }
}
