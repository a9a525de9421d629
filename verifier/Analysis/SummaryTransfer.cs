using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Flow;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What a call of a function changes of which a summary is known.</summary>
internal sealed class SummaryTransfer
{
    private readonly ProgramAnalysis _analysis;
    private readonly int _slot;
    private readonly string _function;
    private readonly ImmutableArray<FunctionArgument> _arguments;

    /// <param name="analysis">The analysis.</param>
    /// <param name="slot">The call.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="arguments">What it takes.</param>
    public SummaryTransfer(ProgramAnalysis analysis, int slot, string function, ImmutableArray<FunctionArgument> arguments)
    {
        _analysis = analysis;
        _slot = slot;
        _function = function;
        _arguments = arguments;
    }

    /// <summary>The state behind the call, which keeps to the function's prototype; takes that before it.</summary>
    public MachineState Apply(FunctionSummary summary, FunctionReach reach, MachineState state)
    {
        FillMemory(state);
        if (reach.HasFlag(FunctionReach.MovesPacket))
        {
            HelperTransfer.LosePacket($"the call of {_function} at {_slot}", state);
        }

        if (reach.HasFlag(FunctionReach.TouchesResults))
        {
            LoseResults(state);
        }

        CallTransfer.Forget(_slot, state);
        state[Register.R0] = summary.Answer is { } answer
            ? new Value.Number(answer, _analysis.Terms.Fresh(influencedBy: null))
            : new Value.Unusable($"what {_function} leaves, which returns nothing", Loss.NoAnswer);
        state.Sums = [.. state.Sums.Zip(summary.Sums, (before, moved) => new SumChange(
            before.Least + moved.Least, before.Most + moved.Most, before.IsUpdated || moved.IsUpdated))];
        state.Steps += summary.Steps;
        return state;
    }

    /// <summary>Other numbers may be in the memory that the function was given than before.</summary>
    private void FillMemory(MachineState state)
    {
        for (int index = 0; index < _arguments.Length; index++)
        {
            Value given = state[new Register((byte)(Register.R1 + index))];
            if (_arguments[index].Size > 0 && (given as Value.Pointer ?? (given as Value.OrNull)?.Target as Value.Pointer) is { } pointer)
            {
                _analysis.Transformer.Fill(Place.At(pointer, 0, _arguments[index].Size), state);
            }
        }
    }

    /// <summary>
    /// Results may hold something else than before, and groups may be others: what was loaded of them merely depends on them, and addresses
    /// of groups are lost.
    /// </summary>
    private void LoseResults(MachineState state)
    {
        Value.Unusable lost = new($"an address of a group, which the call of {_function} at {_slot} may have ended");
        state.Rewrite(value => value switch
        {
            Value.Pointer { Region.Kind: RegionKind.GroupValue } => lost,
            Value.Number { Term.Result: { } field } number => number with { Term = _analysis.Terms.Fresh(field) },
            _ => value,
        });
    }
}
