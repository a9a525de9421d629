using NearData.Verifier.States;

namespace NearData.Verifier.Analysis;

/// <summary>Looks on while a program is analysed. It may number states (<see cref="MachineState.Origins"/>) and changes nothing else.</summary>
internal abstract class AnalysisObserver
{
    /// <summary>An instruction is about to be judged.</summary>
    /// <param name="slot">The instruction.</param>
    /// <param name="state">What is known before it; its owner goes on to change it.</param>
    public abstract void Visit(int slot, MachineState state);

    /// <summary>A state gets to a place where it is united with others, or waits.</summary>
    /// <param name="slot">The place; behind the program's last slot for a function's end.</param>
    /// <param name="state">What is known on this way there.</param>
    public virtual void Arrive(int slot, MachineState state)
    {
    }
}

/// <summary>Hands what is looked at to a function.</summary>
internal sealed class VisitObserver(Action<int, MachineState> look) : AnalysisObserver
{
    public override void Visit(int slot, MachineState state) => look(slot, state);
}
