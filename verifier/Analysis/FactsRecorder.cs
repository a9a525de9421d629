using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Checking;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;

namespace NearData.Verifier.Analysis;

/// <summary>Collects what the analysis proves.</summary>
internal sealed class FactsRecorder
{
    /// <summary>More instructions than any machine executes; beyond it a program's length is as good as unbounded.</summary>
    private const long MostSteps = long.MaxValue / 2;

    private readonly ProgramEnvironment _environment;
    private readonly InstructionFacts[] _instructions;
    private readonly RangeRecorder _ranges;
    private readonly SortedSet<int> _fields = [];
    private long _worst;
    private ImmutableArray<SumChange>? _sums;
    private ProgramEffects _effects;

    public FactsRecorder(ProgramEnvironment environment)
    {
        _environment = environment;
        _instructions = new InstructionFacts[environment.Program.Code.Length];
        _ranges = new RangeRecorder(environment.Program.Code.Length);
    }

    /// <summary>Whether a run can return zero, as the C int that a filter returns, and whether it can return anything else.</summary>
    public (bool Zero, bool Other) Returns { get; private set; }

    /// <summary>Instructions that budgets let loops execute, besides those that states count.</summary>
    public Int128 Spent { get; private set; }

    /// <summary>Counts instructions that a budget lets a loop execute.</summary>
    public void Spend(Int128 steps) => Spent += steps;

    /// <summary>Takes instructions out of the count that are counted elsewhere from now on.</summary>
    public Int128 TakeSpent(Int128 since)
    {
        Int128 taken = Spent - since;
        Spent = since;
        return taken;
    }

    /// <summary>An instruction that can run, and what it touches; a finding where that contradicts how it was reached before.</summary>
    /// <param name="slot">The instruction.</param>
    /// <param name="place">The memory that it touches; null for none.</param>
    /// <param name="depth">The number of calls that lead to its function.</param>
    public Finding? Reach(int slot, Place? place, int depth)
    {
        MemoryAccess access = place is { } touched ? _environment.Touched(touched, depth) : default;
        InstructionFacts before = _instructions[slot];
        if (before.IsReachable && before.Access != access)
        {
            if (IsFixed(before.Access) || IsFixed(access))
            {
                return new(
                    RejectionCode.DifferentPlaces,
                    "it leads to one field in one turn of a loop or call of a function and to another in another; a field of a row, of a context or of the "
                    + "results must be the same every time.");
            }

            access = before.Access.Target == access.Target && before.Access.Index == access.Index
                ? access with { Offset = null }
                : new MemoryAccess(AccessTarget.Addressed, 0, null);
        }

        _instructions[slot] = before with { IsReachable = true, Access = access };
        if (access.Target is AccessTarget.FieldValue or AccessTarget.FieldValidity)
        {
            _fields.Add(access.Index);
        }

        return null;
    }

    /// <summary>What the operands of an instruction can be, and what it does to the world.</summary>
    public void Enter(int slot, Instruction instruction, MachineState state)
    {
        _ranges.Enter(slot, instruction, state);
        _effects |= EffectsOf(instruction, _instructions[slot].Access);
    }

    /// <summary>What an instruction can leave.</summary>
    public void Leave(int slot, Instruction instruction, MachineState state) => _ranges.Leave(slot, instruction, state);

    /// <summary>The ways that lead out of a conditional jump.</summary>
    public void Branch(int slot, MachineState? taken, MachineState? notTaken) => _instructions[slot] = _instructions[slot] with
    {
        Ways = _instructions[slot].Ways
            | (taken is null ? BranchWays.None : BranchWays.Taken)
            | (notTaken is null ? BranchWays.None : BranchWays.NotTaken),
    };

    /// <summary>The program can end here.</summary>
    public void Exit(MachineState state)
    {
        if (state[Register.R0] is Values.Value.Number returned)
        {
            Returns = (
                Returns.Zero || returned.Range.Low.Contains(0),
                Returns.Other || !returned.Range.Low.IsConstant || returned.Range.Low.Bits.Value != 0);
        }
        else
        {
            Returns = (true, true);
        }

        _worst = long.Max(_worst, state.Steps);
        _sums = _sums is { } others ? [.. others.Zip(state.Sums, (left, right) => left.Join(right))] : state.Sums;
    }

    /// <summary>All that was collected.</summary>
    /// <param name="site">Makes the rejection of a program that is longer than can be counted.</param>
    /// <param name="functions">Those that runs get to.</param>
    public ProgramFacts Finish(RejectionSite site, IEnumerable<FunctionShape> functions)
    {
        ImmutableArray<SumChange> sums = _sums ?? [];
        Int128 worst = _worst + Spent;
        if (worst > MostSteps)
        {
            throw site.Reject(RejectionCode.TooComplex, 0, $"one call could execute {worst} instructions, which no machine ends.");
        }

        foreach (FunctionShape function in functions)
        {
            SetLiveness(function);
        }

        int results = int.Min(_environment.Program.Results.Length, sums.Length);
        return new ProgramFacts(
            [.. _instructions],
            (long)worst,
            [.. _fields],
            [.. Enumerable.Range(0, results)
                .Where(field => sums[field].IsUpdated)
                .Select(field => new SumBound(field, sums[field].Least, sums[field].Most))],
            _ranges.Finish(),
            _effects)
        {
            GroupSums = [.. Enumerable.Range(results, sums.Length - results).Where(field => sums[field].IsUpdated).Select(field => GroupSum(field, sums[field]))],
        };
    }

    private void SetLiveness(FunctionShape function)
    {
        foreach (int slot in function.Order.Slots)
        {
            if (_instructions[slot].IsReachable)
            {
                _instructions[slot] = _instructions[slot] with { LiveAfter = function.Liveness.Behind(slot) };
            }
        }
    }

    private ProgramEffects EffectsOf(Instruction instruction, MemoryAccess access)
    {
        if (instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Helper && HelperTable.Find(instruction.Immediate) is { } helper)
        {
            return helper.Purity switch
            {
                HelperPurity.Pure => ProgramEffects.None,
                HelperPurity.Varying => ProgramEffects.Varies,
                HelperPurity.Reducing => helper.Returns == ReturnKind.GroupValue ? ProgramEffects.Groups : ProgramEffects.Results,
                _ => ProgramEffects.Helpers,
            };
        }

        bool stores = instruction.Opcode.Class is InstructionClass.Store or InstructionClass.StoreX
            && !(instruction.IsAtomic && (AtomicOperation)instruction.Immediate == AtomicOperation.LoadAcquire);
        return !stores ? ProgramEffects.None : access.Target switch
        {
            AccessTarget.Stack or AccessTarget.None => ProgramEffects.None,
            AccessTarget.MapValue when _environment.Map(access.Index).Role == MapRole.Results => ProgramEffects.Results,
            AccessTarget.MapValue => ProgramEffects.Maps,
            AccessTarget.GroupValue => ProgramEffects.Groups,
            AccessTarget.Memory or AccessTarget.ContextField => ProgramEffects.Memory,

            // An element of a map, a packet, or the stack of a function that waits.
            _ => _environment.TakesRows ? ProgramEffects.Maps : ProgramEffects.Maps | ProgramEffects.Memory,
        };
    }

    private GroupSumBound GroupSum(int field, SumChange sum)
    {
        int map = _environment.GroupMapOf(field)!.Value;
        return new GroupSumBound(map, _environment.Map(map).Group!.Values.IndexOf(_environment.Result(field)), sum.Least, sum.Most);
    }

    /// <summary>Whether those who use the proof must know exactly what is touched.</summary>
    private bool IsFixed(MemoryAccess access) => access.Target switch
    {
        AccessTarget.FieldValue or AccessTarget.FieldValidity or AccessTarget.ContextField or AccessTarget.GroupValue => true,
        AccessTarget.MapValue => _environment.Map(access.Index).Role == MapRole.Results,
        _ => false,
    };
}
