using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Analysis;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Explanations;

/// <summary>
/// Analyses a program that was rejected once more, with a record of the way, and explains what it finds. A proof pays nothing for this.
/// </summary>
internal sealed class Diagnosis
{
    private readonly Program _program;
    private readonly FindingCount _count;
    private readonly RunRecord _record = new();
    private readonly List<Explanation> _found = [];
    private ProgramAnalysis? _analysis;

    public Diagnosis(Program program, FindingCount count)
    {
        _program = program;
        _count = count;
    }

    /// <summary>The findings, in order of instruction; none where the program is accepted.</summary>
    public ImmutableArray<Explanation> Run()
    {
        try
        {
            RejectionSite site = new(_program);
            Functions functions = Structure.Check(_program, site);
            Declarations.Check(_program, site);
            _analysis = new ProgramAnalysis(
                new ProgramEnvironment(_program), functions, new FunctionShape?[functions.Count], site, WorkBudget.ForProof(_program.Code.Length), _record);
            if (_count == FindingCount.All)
            {
                _analysis.GoOnBehindFindings(rejection => _found.Add(Explain(rejection)));
            }

            _analysis.Run();
        }
        catch (ProgramRejectedException rejected)
        {
            _found.Add(Explain(rejected.Rejection));
        }

        return [.. _found.OrderBy(explanation => explanation.Rejection.Instruction)];
    }

    private Explanation Explain(Rejection rejection)
    {
        if (_analysis is null || _record.LastVisit(rejection.Instruction) is not { } failure)
        {
            return new(rejection, [], [], IsCut: false, Hints.Of(rejection, _program, state: null));
        }

        StateText text = new(_analysis.Environment);
        FailureSlice slice = new(_program, _record, text);
        Location[] subject = [.. Subject(rejection, failure)];
        slice.Add(failure, subject);
        foreach (Location location in subject)
        {
            slice.Follow(failure, location);
        }

        bool isLoop = rejection.Code == RejectionCode.UnboundedLoop || (rejection.Code == RejectionCode.TooComplex && subject.Length == 0);
        if (isLoop)
        {
            FollowLoop(slice, failure);
        }
        else
        {
            slice.AddGuard(failure, branch => _analysis.ShapeAt(StartOf(branch)).Meetings[branch]);
        }

        ImmutableArray<SliceStep> steps = slice.Build();
        return new(
            rejection,
            [.. subject.Select(location => new KnownValue(location.Name, text.Of(location, failure.State)))],
            steps,
            slice.IsCut,
            Hints.Of(rejection, _program, failure.State));
    }

    /// <summary>What of the state the rejection is about.</summary>
    private IEnumerable<Location> Subject(Rejection rejection, RecordedState failure)
    {
        Instruction instruction = _program.Code[failure.Slot];
        IEnumerable<Location> registers = rejection.Subject is { } register ? [Location.Of(register, failure.Depth)]
            : rejection.Code == RejectionCode.UnreleasedReference || rejection.Code == RejectionCode.UnboundedLoop || rejection.Code == RejectionCode.TooComplex ? []
            : Dataflow.Read(instruction, failure.State);
        Value? value = rejection.Subject is { } about ? failure.State[about] : null;
        bool isPacket = rejection.Code == RejectionCode.OutOfBounds && value is Value.Pointer { Region.IsPacket: true };
        bool isInfluence = rejection.Code == RejectionCode.ResultInfluence && failure.State.Decision is not null;
        return [
            .. registers.Where(location => location.Index != Register.R10),
            .. StackOf(rejection, instruction, value, failure),
            .. isPacket ? [new Location(LocationKind.Packet)] : Array.Empty<Location>(),
            .. isInfluence ? [new Location(LocationKind.Decision)] : Array.Empty<Location>(),
            .. rejection.Code == RejectionCode.UnreleasedReference ? [new Location(LocationKind.References)] : Array.Empty<Location>(),
        ];
    }

    private IEnumerable<Location> StackOf(Rejection rejection, Instruction instruction, Value? value, RecordedState failure)
    {
        bool isAboutContent = rejection.Code == RejectionCode.UnwrittenStack || rejection.Code == RejectionCode.PointerLeak
            || rejection.Code == RejectionCode.ResultInfluence;
        if (!isAboutContent || value is not Value.Pointer { Region.Kind: RegionKind.Stack } pointer)
        {
            return [];
        }

        if (!instruction.IsCall)
        {
            return Dataflow.Touched(instruction, failure.State);
        }

        int argument = rejection.Subject!.Value - Register.R1;
        return HelperTable.Find(instruction.Immediate) is { } helper && argument < helper.Arguments.Length
            ? Dataflow.SlotsOf(Place.At(pointer, 0, int.Max(1, HelperArguments.Size(_analysis!.Environment, helper, argument, failure.State) ?? 1)))
            : [];
    }

    /// <summary>Of a loop: the branches on the last way round, and what decides them.</summary>
    private void FollowLoop(FailureSlice slice, RecordedState failure)
    {
        const int LongestWay = 10_000;
        HashSet<int> passed = [];
        RecordedState? at = failure;
        for (int step = 0; step < LongestWay && at is not null && (!at.IsVisit || at.Depth > failure.Depth || passed.Add(at.Slot)); step++)
        {
            Instruction instruction = at.IsVisit ? _program.Code[at.Slot] : default;
            if (at.IsVisit && at.Depth == failure.Depth && instruction is { IsConditionalJump: true, IsMayGoto: false })
            {
                Location[] operands = [.. Dataflow.Read(instruction, at.State)];
                slice.Add(at, operands);
                foreach (Location operand in operands)
                {
                    slice.Follow(at, operand);
                }
            }

            at = at.Origins.IsEmpty ? null : _record.Find(at.Origins[^1]);
        }
    }

    private int StartOf(int slot) => _analysis!.FunctionStart(slot);
}
