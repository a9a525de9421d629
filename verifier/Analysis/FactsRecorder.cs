using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Verifier.Checking;
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
    private readonly SortedSet<int> _fields = [];
    private long _worst;
    private ImmutableArray<SumChange>? _sums;

    public FactsRecorder(ProgramEnvironment environment)
    {
        _environment = environment;
        _instructions = new InstructionFacts[environment.Program.Code.Length];
    }

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

        _instructions[slot] = new(IsReachable: true, access);
        if (access.Target is AccessTarget.FieldValue or AccessTarget.FieldValidity)
        {
            _fields.Add(access.Index);
        }

        return null;
    }

    /// <summary>The program can end here.</summary>
    public void Exit(MachineState state)
    {
        _worst = long.Max(_worst, state.Steps);
        _sums = _sums is { } others ? [.. others.Zip(state.Sums, (left, right) => left.Join(right))] : state.Sums;
    }

    /// <summary>All that was collected.</summary>
    /// <param name="site">Makes the rejection of a program that is longer than can be counted.</param>
    public ProgramFacts Finish(RejectionSite site)
    {
        ImmutableArray<SumChange> sums = _sums ?? [];
        Int128 worst = _worst + Spent;
        if (worst > MostSteps)
        {
            throw site.Reject(RejectionCode.TooComplex, 0, $"one call could execute {worst} instructions, which no machine ends.");
        }

        return new ProgramFacts(
            [.. _instructions],
            (long)worst,
            [.. _fields],
            [.. Enumerable.Range(0, sums.Length)
                .Where(field => sums[field].IsUpdated)
                .Select(field => new SumBound(field, sums[field].Least, sums[field].Most))]);
    }

    /// <summary>Whether those who use the proof must know exactly what is touched.</summary>
    private bool IsFixed(MemoryAccess access) => access.Target switch
    {
        AccessTarget.FieldValue or AccessTarget.FieldValidity or AccessTarget.ContextField => true,
        AccessTarget.MapValue => _environment.Map(access.Index).Role == MapRole.Results,
        _ => false,
    };
}
