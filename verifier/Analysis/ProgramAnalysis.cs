using NearData.Isa.Programs;
using NearData.Verifier.Checking;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>One analysis of a program: what the activations of its functions have in common. Not thread-safe.</summary>
internal sealed class ProgramAnalysis
{
    private readonly Functions _functions;
    private readonly FunctionShape?[] _shapes;

    /// <param name="environment">A program of sound structure and declarations, and what it is given.</param>
    /// <param name="functions">Its functions.</param>
    /// <param name="shapes">One for each function: those that were made, and room for the others.</param>
    /// <param name="site">Makes its rejections.</param>
    /// <param name="budget">Bounds the work.</param>
    /// <param name="observer">Shown each reachable slot with the state before it; null where nobody looks.</param>
    public ProgramAnalysis(
        ProgramEnvironment environment,
        Functions functions,
        FunctionShape?[] shapes,
        RejectionSite site,
        WorkBudget budget,
        Action<int, MachineState>? observer)
    {
        Site = site;
        Observer = observer;
        _functions = functions;
        _shapes = shapes;
        Environment = environment;
        Budget = budget;
        Checker = new(Environment);
        Transformer = new(Environment, Terms);
        Branching = new(Environment);
        Facts = new(Environment);
    }

    public Program Program => Environment.Program;

    public RejectionSite Site { get; }

    public Action<int, MachineState>? Observer { get; }

    public ProgramEnvironment Environment { get; }

    public TermSource Terms { get; } = new();

    public Checker Checker { get; }

    public Transformer Transformer { get; }

    public Branching Branching { get; }

    public FactsRecorder Facts { get; }

    public WorkBudget Budget { get; }

    public ProgramFacts Run()
    {
        Follow();
        return Facts.Finish(Site, _shapes.OfType<FunctionShape>());
    }

    /// <summary>Follows the program to its ends, for those who look at less than all facts.</summary>
    public void Follow() => new FunctionPass(this, ShapeAt(0), caller: null).Run(Transformer.Start());

    /// <summary>The function that starts at a slot.</summary>
    public FunctionShape ShapeAt(int start)
    {
        int index = _functions.IndexOf(start);
        return _shapes[index] ??= new FunctionShape(new ControlFlow(Program.Code, _functions[index], index), Program.Code, Site);
    }
}
