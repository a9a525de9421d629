using NearData.Isa.Programs;
using NearData.Verifier.Analysis;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;

namespace NearData.Verifier.Explanations;

/// <summary>Shows each instruction that an analysis looks at, in its order, with what is known before it. Keeps nothing.</summary>
internal sealed class ProgramLog : AnalysisObserver
{
    private readonly Program _program;
    private readonly Action<LogEntry> _write;
    private readonly StateText _text;

    public ProgramLog(Program program, Action<LogEntry> write)
    {
        _program = program;
        _write = write;
        _text = new(new ProgramEnvironment(program));
    }

    public override void Visit(int slot, MachineState state) => _write(new LogEntry(
        slot,
        state.Depth,
        _program.LineOf(slot),
        InstructionText.Of(_program, slot),
        [.. _text.All(state).Select(known => new KnownValue(known.Name, known.Value))]));
}
