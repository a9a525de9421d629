using System.Collections.Immutable;

namespace NearData.Vm.Introspection;

/// <summary>Keeps the first steps of a run and counts the others, so that a long run takes no more memory than a short one.</summary>
/// <param name="most">Steps that are kept.</param>
public sealed class StepCollector(int most)
{
    private readonly ImmutableArray<TraceStep>.Builder _steps = ImmutableArray.CreateBuilder<TraceStep>();

    /// <summary>Steps that were not kept.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Takes a step: a <see cref="TraceSink"/>.</summary>
    public void Add(TraceStep step)
    {
        if (_steps.Count < most)
        {
            _steps.Add(step);
        }
        else
        {
            LeftOut++;
        }
    }

    public ImmutableArray<TraceStep> ToImmutable() => _steps.ToImmutable();
}
