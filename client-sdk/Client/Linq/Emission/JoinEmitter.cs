using NearData.Client.Linq.Ir;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>Writes what of a reduce program decides by joins which records count, around what is done with those.</summary>
internal sealed class JoinEmitter(CodeEmitter emitter, JoinShape joins)
{
    private readonly Label[] _several = [.. joins.Steps.Select(_ => new Label())];

    /// <summary>Where the program ends for a record that doesn't count.</summary>
    public Label Done { get; } = new();

    /// <summary>Falls through for records that count.</summary>
    public void Enter()
    {
        for (int step = 0; step < _several.Length; step++)
        {
            emitter.Enter(joins.Steps[step], Done, _several[step]);
        }

        emitter.JumpUnless(joins.After, Done);
    }

    /// <summary>
    /// As <see cref="Enter"/>, where the groups are looked up: a record that finds several rows counts, whatever else is asked of it, for its
    /// group to tell of it.
    /// </summary>
    public void EnterWithDoubt()
    {
        foreach (JoinStep step in joins.Steps.Skip(1))
        {
            emitter.Clear(step.Lookup);
        }

        Enter();
        foreach (Label several in _several)
        {
            emitter.Place(several);
        }
    }

    /// <summary>Ends the program.</summary>
    /// <param name="results">Its counts of records that found several rows, where it has such.</param>
    public void Finish(ResultTable results)
    {
        emitter.Place(Done);
        emitter.Exit(0);
        foreach ((ResultField field, Label several) in results.Doubts.Zip(_several))
        {
            emitter.Place(several);
            emitter.Code.Add(Instruction.LoadMapValue(Register.R2, ObjectBuilder.ResultsMap, 0));
            ProgramEmitter.Increment(emitter.Code, (short)field.Offset, Register.R2, Register.R3);
            emitter.Exit(0);
        }
    }
}
