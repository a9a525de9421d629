using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;

namespace NearData.Verifier.Analysis;

/// <summary>Collects what the pass proves.</summary>
internal sealed class FactsRecorder
{
    private readonly ProgramEnvironment _environment;
    private readonly InstructionFacts[] _instructions;
    private readonly SortedSet<int> _fields = [];

    // The most instructions executed before each slot.
    private readonly long[] _before;
    private readonly int[] _cost;
    private long _worst;
    private ImmutableArray<SumChange>? _sums;

    public FactsRecorder(ProgramEnvironment environment)
    {
        _environment = environment;
        _instructions = new InstructionFacts[environment.Program.Code.Length];
        _before = new long[_instructions.Length];
        _cost = new int[_instructions.Length];
    }

    /// <summary>An instruction that can run, what it touches, and what it costs.</summary>
    public void Reach(int slot, Place? place, int cost)
    {
        MemoryAccess access = place is { } touched ? _environment.Touched(touched) : default;
        _instructions[slot] = new(IsReachable: true, access);
        _cost[slot] = cost;
        if (access.Target is AccessTarget.FieldValue or AccessTarget.FieldValidity)
        {
            _fields.Add(access.Index);
        }
    }

    /// <summary>Execution can go on from one slot to another.</summary>
    public void Continue(int? from, int to)
    {
        if (from is { } slot)
        {
            _before[to] = long.Max(_before[to], _before[slot] + _cost[slot]);
        }
    }

    /// <summary>Execution can end at a slot.</summary>
    public void Exit(int slot, ImmutableArray<SumChange> sums)
    {
        _worst = long.Max(_worst, _before[slot] + _cost[slot]);
        _sums = _sums is { } others ? [.. others.Zip(sums, (left, right) => left.Join(right))] : sums;
    }

    public ProgramFacts Finish()
    {
        ImmutableArray<SumChange> sums = _sums ?? [];
        return new ProgramFacts(
            [.. _instructions],
            _worst,
            [.. _fields],
            [.. Enumerable.Range(0, sums.Length)
                .Where(field => sums[field].IsUpdated)
                .Select(field => new SumBound(field, sums[field].Least, sums[field].Most))]);
    }
}
