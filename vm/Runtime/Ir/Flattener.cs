using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;

namespace NearData.Vm.Ir;

/// <summary>
/// Makes the straight form of a row program by following all of its paths at once: where a branch parts them, each goes on with its
/// condition; where they meet, what differs becomes a selection; loops go round until no path does. What was proven says which ways
/// are taken and what memory is touched.
/// </summary>
internal sealed class Flattener
{
    /// <summary>Instructions that are followed, turns of loops included.</summary>
    private const int MostSteps = 20_000;

    /// <summary>Slots of a program; longer ones have more to gain from skipping code than from vectors.</summary>
    private const int MostSlots = 4_096;

    private readonly VerifiedProgram _verified;
    private readonly IrBuilder _builder;
    private readonly MemoryFlattener _memory;
    private readonly GroupFlattener _groups;
    private int _steps;

    private Flattener(VerifiedProgram verified, ReadOnlyMemory<byte> constants, NarrowColumns narrow)
    {
        _verified = verified;
        _builder = new IrBuilder();
        _groups = new GroupFlattener(verified, _builder);
        _memory = new MemoryFlattener(verified, _builder, constants, narrow, _groups);
    }

    /// <summary>The straight form of a filter or reduce program.</summary>
    /// <param name="verified">The program.</param>
    /// <param name="constants">All bytes of <c>.rodata</c> with parameters bound; empty where they aren't.</param>
    /// <param name="narrow">Columns that are read in 32 bits.</param>
    /// <exception cref="NotStraightException">It has none.</exception>
    public static StraightProgram Flatten(VerifiedProgram verified, ReadOnlyMemory<byte> constants, NarrowColumns narrow)
    {
        if (verified.Program.Kind is not (ProgramKind.Filter or ProgramKind.Reduce))
        {
            throw new NotStraightException($"it is a {verified.Program.Kind} program, which isn't run over many records at once");
        }

        return verified.Program.Code.Length > MostSlots
            ? throw new NotStraightException($"it has {verified.Program.Code.Length} slots, more than {MostSlots}")
            : new Flattener(verified, constants, narrow).Flatten() with { Narrow = narrow };
    }

    private StraightProgram Flatten()
    {
        Program program = _verified.Program;
        PathState start = new(_builder.Truths.Yes, _memory.Fields.Length);
        for (int field = 0; field < _memory.Fields.Length; field++)
        {
            start.Contents[field] = _builder.Content(field, _memory.Fields[field].Type.Size() * 8);
        }

        start[Register.R1] = _builder.Address;
        start[Register.R10] = _builder.StackAddress(0);
        PathState? end = Run(0, start);
        IrNode? keeps = program.Kind != ProgramKind.Filter ? null
            : end is null ? _builder.Truths.No
            : _builder.Truths.Not(_builder.Truths.Equal(_builder.ZeroExtend(32, end[Register.R0]), _builder.Constant(0)));
        StraightProgram straight = StraightProgram.Of(
            program,
            keeps is null ? null : _builder.Truths.WithRanges(keeps),
            [.. (_groups.Group is { } made ? _memory.Updates.Select(update => OfMember(update, made)) : _memory.Updates)
                .Select(update => update with { Condition = _builder.Truths.WithRanges(update.Condition) })],
            _groups.Group is { } group ? group with { Condition = _builder.Truths.WithRanges(group.Condition) } : null);
        return _groups.IsUnsaid || straight.Nodes.Any(node => node.Operation is IrOperation.Text or IrOperation.TextLength)
            ? throw new NotStraightException("a text, or the length that copying it gave, is more than a part of a group's key")
            : straight;
    }

    /// <summary>Follows a function from its first slot to its ends.</summary>
    /// <returns>What holds where it returned; null where no run does.</returns>
    private PathState? Run(int start, PathState entry)
    {
        Dictionary<int, int> places = LoopFirstOrder.Of(_verified, start);
        SortedDictionary<int, (int Slot, List<PathState> States)> waiting = [];
        List<PathState> ends = [];
        Wait(start, entry);
        while (waiting.Count > 0)
        {
            (int place, (int slot, List<PathState> states)) = waiting.First();
            waiting.Remove(place);
            PathState state = PathState.Merge(states, _builder);
            if (_verified.Program.Code[slot].IsExit)
            {
                ends.Add(state);
                continue;
            }

            foreach ((int next, PathState after) in Step(slot, state))
            {
                Wait(next, after);
            }
        }

        return ends.Count == 0 ? null : PathState.Merge(ends, _builder);

        void Wait(int slot, PathState state)
        {
            if (state.Condition == _builder.Truths.No)
            {
                return;
            }

            int place = places[slot];
            if (!waiting.TryGetValue(place, out (int Slot, List<PathState> States) there))
            {
                waiting[place] = there = (slot, []);
            }

            there.States.Add(state);
        }
    }

    private IEnumerable<(int Slot, PathState State)> Step(int slot, PathState state)
    {
        if (++_steps > MostSteps)
        {
            throw new NotStraightException($"its loops take more than {MostSteps} instructions to unroll");
        }

        Instruction instruction = _verified.Program.Code[slot];
        int next = slot + (instruction.IsWide ? 2 : 1);
        if (instruction.IsConditionalJump)
        {
            return Branch(slot, instruction, state);
        }

        if (instruction.IsUnconditionalJump)
        {
            return [(slot + 1 + instruction.JumpDistance, state)];
        }

        if (instruction.IsCall)
        {
            return Call(slot, instruction, state) is { } returned ? [(next, returned)] : [];
        }

        if (instruction.Opcode.IsArithmetic)
        {
            state[instruction.Destination] = ArithmeticFlattener.Compute(_builder, instruction, state);
        }
        else if (instruction.IsWide)
        {
            state[instruction.Destination] = instruction.WideKind == WideImmediateKind.Number
                ? _builder.Constant(Instruction.WideNumber(instruction, _verified.Program.Code[slot + 1]))
                : _builder.Address;
        }
        else
        {
            _memory.Access(slot, instruction, state);
        }

        return [(next, state)];
    }

    private IEnumerable<(int Slot, PathState State)> Branch(int slot, Instruction instruction, PathState state)
    {
        BranchWays ways = _verified.Facts.Instructions[slot].Ways;
        if (instruction.IsMayGoto)
        {
            throw new NotStraightException($"instruction {slot} is a may_goto, whose loop only a budget bounds");
        }

        if (ways == BranchWays.Both)
        {
            IrNode truth = ArithmeticFlattener.Compare(_builder, instruction, state)
                ?? throw new NotStraightException($"instruction {slot} compares an address");
            IrNode taken = _builder.Truths.Both(state.Condition, truth);
            IrNode notTaken = _builder.Truths.Both(state.Condition, _builder.Truths.Not(truth));
            yield return (slot + 1 + instruction.JumpDistance, state.Copy(taken));
            state.Condition = notTaken;
            yield return (slot + 1, state);
        }
        else if (ways != BranchWays.None)
        {
            yield return (ways == BranchWays.Taken ? slot + 1 + instruction.JumpDistance : slot + 1, state);
        }
    }

    /// <summary>A function of the program is inlined.</summary>
    private PathState? Call(int slot, Instruction instruction, PathState state)
    {
        if ((CallKind)instruction.Source.Number != CallKind.Local)
        {
            if ((CallKind)instruction.Source.Number == CallKind.Helper
                && (HelperFlattener.Compute(_builder, instruction.Immediate, state) ?? _groups.Call(slot, instruction, state)) is { } computed)
            {
                state[Register.R0] = computed;
                return state;
            }

            throw new NotStraightException(
                $"instruction {slot} calls {HelperTable.Find(instruction.Immediate)?.Name ?? "a helper"}, which takes one record at a time");
        }

        PathState entry = state.Copy(state.Condition);
        entry.Stack = [];
        for (byte register = 1; register <= 5; register++)
        {
            entry.Registers[register] = Foreign(entry.Registers[register]);
        }

        for (byte register = 6; register < Register.R10; register++)
        {
            entry.Registers[register] = null;
        }

        PathState? end = Run(slot + 1 + instruction.Immediate, entry);
        if (end is null)
        {
            return null;
        }

        end.Stack = state.Stack;
        end.Registers[0] = Foreign(end.Registers[0]);
        for (byte register = 1; register <= Register.R10; register++)
        {
            end.Registers[register] = register <= 5 ? null : state.Registers[register];
        }

        return end;
    }

    /// <summary>An update of the record's group, which is made for every record that has one: where it wouldn't be, by what changes nothing.</summary>
    private IrUpdate OfMember(IrUpdate update, IrGroup group)
    {
        int member = update.Result - _verified.Program.Results.Length;
        if (member < 0)
        {
            throw new NotStraightException("it updates results beside its groups");
        }

        ResultField field = _groups.Members[member];
        IrNode nothing = _builder.Constant((long)(UInt128)field.Merge.Identity(field.Type));
        IrNode isMade = _builder.Truths.Given(update.Condition, group.Condition);
        return new IrUpdate(member, _builder.Select(isMade, update.Value, nothing), _builder.Truths.Yes);
    }

    /// <summary>A value as another function sees it, whose stack is another.</summary>
    private IrNode? Foreign(IrNode? value) => value?.Operation == IrOperation.StackAddress ? _builder.Address : value;
}
