using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Explanations;

/// <summary>
/// Walks a record backwards from what can't be proven: by the data that it is made of, the branches that told something of that data,
/// and the branch that leads there. Where paths met, those are followed that account for what is known behind.
/// </summary>
internal sealed class FailureSlice
{
    // More than an author reads, and a bound on the walk over loops that were followed for long.
    private const int MostSteps = 64;
    private const int MostLocations = 100_000;

    private readonly Program _program;
    private readonly RunRecord _record;
    private readonly StateText _text;
    private readonly Queue<(RecordedState Entry, Location Location)> _open = new();
    private readonly HashSet<(long Entry, Location Location)> _seen = [];
    private readonly Dictionary<int, (long Number, List<KnownValue> After)> _steps = [];

    public FailureSlice(Program program, RunRecord record, StateText text)
    {
        _program = program;
        _record = record;
        _text = text;
    }

    /// <summary>Whether something lies further back than was recorded, or is more than is shown.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Adds an instruction by itself, with what is known of places before it.</summary>
    public void Add(RecordedState entry, IEnumerable<Location> shown)
    {
        foreach (Location location in shown)
        {
            Note(entry, location.Name, _text.Of(location, entry.State));
        }

        Step(entry);
    }

    /// <summary>Follows what a place is made of.</summary>
    public void Follow(RecordedState entry, Location location)
    {
        if (_seen.Add((entry.Number, location)))
        {
            _open.Enqueue((entry, location));
        }
    }

    /// <summary>The steps, in the order of execution.</summary>
    public ImmutableArray<SliceStep> Build()
    {
        while (_open.TryDequeue(out (RecordedState Entry, Location Location) next) && _seen.Count < MostLocations)
        {
            foreach (RecordedState origin in Explaining(next.Entry, next.Location))
            {
                Trace(origin, next.Entry, next.Location);
            }
        }

        IsCut |= _open.Count > 0;
        return [.. _steps.OrderBy(step => step.Value.Number).Select(step => Make(step.Key, step.Value.After))];
    }

    /// <summary>The branch that last decided that execution comes here, unless all its ways do.</summary>
    /// <param name="entry">The instruction.</param>
    /// <param name="meets">Where the ways of a branch meet again.</param>
    public void AddGuard(RecordedState entry, Func<int, int> meets)
    {
        HashSet<int> passed = [entry.Slot];
        RecordedState? at = entry;
        for (int step = 0; step < MostSteps * MostSteps && at is { Origins: [.., long origin] }; step++)
        {
            at = _record.Find(origin);
            if (at is not { IsVisit: true } || at.Depth != entry.Depth)
            {
                continue;
            }

            Instruction instruction = _program.Code[at.Slot];
            if (instruction is { IsConditionalJump: true, IsMayGoto: false } && !passed.Contains(meets(at.Slot)))
            {
                Add(at, Dataflow.Read(instruction, at.State));
                return;
            }

            passed.Add(at.Slot);
        }
    }

    /// <summary>The entries before one that account for what is known of a place; all where none does alone.</summary>
    private RecordedState[] Explaining(RecordedState entry, Location location)
    {
        RecordedState[] origins = [.. entry.Origins.Select(_record.Find).OfType<RecordedState>()];
        IsCut |= origins.Length < entry.Origins.Length;
        if (origins.Length < 2)
        {
            return origins;
        }

        bool isLost = location.ValueIn(entry.State) is Value.Unusable;
        RecordedState? alone = Array.Find(origins, origin => isLost
            ? location.ValueIn(origin.State) is Value.Unusable
            : location.In(entry.State) is { } known && known.Equals(location.In(origin.State)));
        return alone is null ? origins : [alone];
    }

    private void Trace(RecordedState origin, RecordedState entry, Location location)
    {
        if (entry.Depth > origin.Depth)
        {
            TraceEntrance(origin, entry, location);
        }
        else if (entry.Depth < origin.Depth && location is { Kind: LocationKind.Register, Index: < Activation.FirstKept } && location.Depth == entry.Depth)
        {
            TraceReturn(origin, entry, location);
        }
        else if (!origin.IsVisit || _program.Code[origin.Slot] is { IsExit: true } or { IsCall: true, Source.Number: (byte)CallKind.Local })
        {
            Follow(origin, location);
        }
        else if (Dataflow.Sources(_program.Code[origin.Slot], origin.State, entry.State, location) is { } sources)
        {
            Note(origin, location.Name, _text.Of(location, entry.State));
            Step(origin);
            foreach (Location source in sources)
            {
                Follow(origin, source);
            }
        }
        else
        {
            Follow(origin, location);
        }
    }

    /// <summary>Into a called function: arguments come from the caller's registers; nothing else of it was there before.</summary>
    private void TraceEntrance(RecordedState origin, RecordedState entry, Location location)
    {
        if (location.Kind is LocationKind.Register or LocationKind.Stack && location.Depth == entry.Depth)
        {
            Note(origin, location.Name, _text.Of(location, entry.State));
            Step(origin);
            bool isArgument = location is { Kind: LocationKind.Register, Index: > 0 and < Activation.FirstKept };
            bool isCallback = _program.Code[origin.Slot].Source.Number == (byte)CallKind.Helper;
            if (isArgument)
            {
                // A helper hands its third argument on; the others it makes.
                Follow(origin, Location.Of(isCallback ? Register.R3 : new Register((byte)location.Index), origin.Depth));
            }
        }
        else
        {
            Follow(origin, location);
        }
    }

    /// <summary>Out of a called function: r0 is what it returned, its arguments are lost.</summary>
    private void TraceReturn(RecordedState origin, RecordedState entry, Location location)
    {
        if (location.Index == Register.R0)
        {
            Follow(origin, Location.Of(Register.R0, origin.Depth));
            return;
        }

        RecordedState? call = origin;
        while (call is not null && (call.Depth > entry.Depth || !call.IsVisit))
        {
            call = call.Origins.IsEmpty ? null : _record.Find(call.Origins[^1]);
        }

        if (call is not null)
        {
            Note(call, location.Name, _text.Of(location, entry.State));
            Step(call);
        }
    }

    private void Step(RecordedState entry)
    {
        if (_steps.Count < MostSteps)
        {
            _steps.TryAdd(entry.Slot, (entry.Number, []));
        }
        else
        {
            IsCut |= !_steps.ContainsKey(entry.Slot);
        }
    }

    /// <summary>Tells what an instruction gave, once for its last turn.</summary>
    private void Note(RecordedState entry, string name, string value)
    {
        Step(entry);
        if (_steps.TryGetValue(entry.Slot, out (long Number, List<KnownValue> After) step) && step.Number == entry.Number
            && !step.After.Exists(known => known.Name == name))
        {
            step.After.Add(new KnownValue(name, value));
        }
    }

    private SliceStep Make(int slot, List<KnownValue> after) =>
        new(slot, _program.LineOf(slot), InstructionText.Of(_program, slot), [.. after]);
}
