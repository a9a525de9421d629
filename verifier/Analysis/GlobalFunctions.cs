using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Checking;
using NearData.Verifier.Domains;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// Takes calls of global functions by what was proven of each once, for all arguments that its prototype allows: the time of a proof is
/// then the sum of the functions' and not the product of their calls (docs/verifier.md). Not thread-safe.
/// </summary>
internal sealed class GlobalFunctions
{
    /// <summary>Instructions that a summary counts: a path of as many calls as are looked at is still counted in 64 bits.</summary>
    private const long MostSteps = 1L << 40;

    private readonly ProgramEnvironment _environment;
    private readonly Functions _functions;
    private readonly CallGraph _graph;
    private readonly IReadOnlySet<int> _followed;
    private readonly Dictionary<int, FunctionSummary> _summaries = [];

    /// <param name="environment">The program's surroundings.</param>
    /// <param name="functions">Its functions.</param>
    /// <param name="graph">Who calls whom.</param>
    /// <param name="followed">Those that are followed with their callers' states, though they have a prototype.</param>
    public GlobalFunctions(ProgramEnvironment environment, Functions functions, CallGraph graph, IReadOnlySet<int> followed)
    {
        _environment = environment;
        _functions = functions;
        _graph = graph;
        _followed = followed;
        Checker = new(environment);
    }

    /// <summary>The first function that a prototype doesn't say enough of to prove it; null where none was tried in vain.</summary>
    public int? Unproven { get; private set; }

    private PrototypeChecker Checker { get; }

    /// <summary>The state behind a call; null where it has to be followed. Takes the state where it doesn't.</summary>
    /// <param name="analysis">The analysis that gets to the call.</param>
    /// <param name="slot">The call.</param>
    /// <param name="start">The first slot of the function that is called.</param>
    /// <param name="frames">Functions that are active.</param>
    /// <param name="state">What is known before the call.</param>
    public MachineState? Call(ProgramAnalysis analysis, int slot, int start, int frames, MachineState state)
    {
        int function = _functions.IndexOf(start);
        if (_followed.Contains(function)
            || frames + _graph.Frames(function) > FunctionPass.MostFrames
            || Arguments(function) is not { } arguments
            || !Checker.Allows(arguments, _graph.Reach(function), state))
        {
            return null;
        }

        if (!_summaries.TryGetValue(function, out FunctionSummary? summary))
        {
            summary = Prove(analysis, function, arguments);
            _summaries.Add(function, summary);
        }

        return new SummaryTransfer(analysis, slot, _functions[function].Name, arguments).Apply(summary, _graph.Reach(function), state);
    }

    /// <summary>What a function takes, with the context told apart from other memory; null where its prototype doesn't say enough.</summary>
    private ImmutableArray<FunctionArgument>? Arguments(int function)
    {
        if (_functions[function].Prototype is not { } prototype)
        {
            return null;
        }

        ImmutableArray<FunctionArgument> arguments = [.. prototype.Arguments.Select(argument =>
            argument.TypeName.Length > 0 && argument.TypeName == _environment.CalledStruct ? new FunctionArgument(FunctionArgumentKind.Context) : argument)];
        return arguments.Any(argument => argument.Kind == FunctionArgumentKind.Context) && _environment.Called is null ? null : arguments;
    }

    private FunctionSummary Prove(ProgramAnalysis analysis, int function, ImmutableArray<FunctionArgument> arguments)
    {
        Int128 before = analysis.Facts.Spent;
        try
        {
            IReadOnlyList<MachineState> ends = new FunctionPass(analysis, analysis.ShapeAt(_functions[function].Start), caller: null)
                .Run(Entry(analysis, arguments));
            Int128 inside = analysis.Facts.TakeSpent(before);
            return Summarize(analysis.Site, function, ends, inside);
        }
        catch (ProgramRejectedException)
        {
            Unproven ??= function;
            throw;
        }
    }

    /// <summary>What holds at the start of every call that keeps to the prototype.</summary>
    private MachineState Entry(ProgramAnalysis analysis, ImmutableArray<FunctionArgument> arguments)
    {
        MachineState entry = CallTransfer.Enter(analysis.Transformer.Start());
        entry.IsAlone = true;
        for (byte index = 0; index < Activation.FirstKept - 1; index++)
        {
            Register register = new((byte)(Register.R1 + index));
            entry[register] = index < arguments.Length
                ? Any(arguments[index], index, analysis.Terms.Fresh(influencedBy: null))
                : new Value.Unusable("no argument of this function", Loss.NotHandedOver);
        }

        return entry;
    }

    private Value Any(FunctionArgument argument, int index, Term term) => argument.Kind switch
    {
        FunctionArgumentKind.Number => new Value.Number(Scalar.Unknown, term),
        FunctionArgumentKind.Context => _environment.Called!,
        FunctionArgumentKind.Memory => new Value.Pointer(Region.Argument(index + 1, argument.Size), Scalar.Zero, term),
        _ => new Value.OrNull(new Value.Pointer(Region.Argument(index + 1, argument.Size), Scalar.Zero, term), term),
    };

    private FunctionSummary Summarize(RejectionSite site, int function, IReadOnlyList<MachineState> ends, Int128 inside)
    {
        ProgramFunction called = _functions[function];
        int last = called.Start + called.Length - 1;
        if (ends.Count == 0)
        {
            throw site.Reject(RejectionCode.UnboundedLoop, last, $"{called.Name} never comes back.");
        }

        if (ends.Any(end => !end.References.IsEmpty))
        {
            throw site.Reject(RejectionCode.UnreleasedReference, last, $"{called.Name} ends with a record of a ring buffer that was not given back.");
        }

        Int128 steps = ends.Max(end => end.Steps) + inside;
        return steps > MostSteps
            ? throw site.Reject(RejectionCode.TooComplex, last, $"one call of {called.Name} could execute {steps} instructions.")
            : new FunctionSummary(
                called.Prototype!.ReturnsNumber ? Answer(site, called, last, ends) : null,
                ends.Select(end => end.Sums).Aggregate((left, right) => [.. left.Zip(right, (one, other) => one.Join(other))]),
                (long)steps);
    }

    private static Scalar Answer(RejectionSite site, ProgramFunction called, int last, IReadOnlyList<MachineState> ends)
    {
        Scalar? answer = null;
        foreach (MachineState end in ends)
        {
            if (end[Register.R0] is not Value.Number { Term.Result: null } returned)
            {
                throw site.Reject(
                    RejectionCode.PointerLeak, last, $"r0 is {end[Register.R0]} where {called.Name} ends; on its own, it returns a number that depends on no result.", Register.R0);
            }

            answer = answer?.Join(returned.Range) ?? returned.Range;
        }

        return answer!.Value;
    }
}
