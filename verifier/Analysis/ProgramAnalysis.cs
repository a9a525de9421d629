using NearData.Isa.Programs;
using NearData.Verifier.Checking;
using NearData.Verifier.Domains;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
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
    /// <param name="observer">Shown what the analysis does; null where nobody looks.</param>
    public ProgramAnalysis(
        ProgramEnvironment environment,
        Functions functions,
        FunctionShape?[] shapes,
        RejectionSite site,
        WorkBudget budget,
        AnalysisObserver? observer)
    {
        Site = site;
        Observer = observer;
        _functions = functions;
        _shapes = shapes;
        Environment = environment;
        Budget = budget;
        Bounds = WideningBounds.With(environment.Program.Code
            .Where(instruction => instruction.IsConditionalJump && !instruction.Opcode.UsesSourceRegister)
            .Select(instruction => instruction.Immediate));
        Checker = new(Environment);
        Transformer = new(Environment, Terms);
        Branching = new(Environment);
        Facts = new(Environment);
        Union = new(Environment, Terms);
    }

    public Program Program => Environment.Program;

    public RejectionSite Site { get; }

    public AnalysisObserver? Observer { get; }

    /// <summary>Goes on behind what is refused, where all findings are looked for; null where the first ends the analysis.</summary>
    public Recovery? Recovery { get; private set; }

    /// <summary>Takes calls of global functions by what is proven of them on their own; null where all calls are followed.</summary>
    public GlobalFunctions? Globals { get; init; }

    public ProgramEnvironment Environment { get; }

    public TermSource Terms { get; } = new();

    /// <summary>What bounds that grow in each turn go on to: with what the program compares with.</summary>
    public WideningBounds Bounds { get; }

    public Checker Checker { get; }

    public Transformer Transformer { get; }

    public Branching Branching { get; }

    public StateUnion Union { get; }

    public FactsRecorder Facts { get; }

    public WorkBudget Budget { get; }

    public ProgramFacts Run()
    {
        Follow();
        return Facts.Finish(Site, _shapes.OfType<FunctionShape>());
    }

    /// <summary>Follows the program to its ends, for those who look at less than all facts.</summary>
    public void Follow() => new FunctionPass(this, ShapeAt(0), caller: null).Run(Transformer.Start());

    /// <summary>Has the analysis go on behind what it refuses; what it then proves is worth nothing.</summary>
    /// <param name="report">Is given the findings but for one that ends the analysis, which is thrown.</param>
    public void GoOnBehindFindings(Action<Rejection> report) => Recovery = new(Environment, Terms, report);

    /// <summary>Ends the analysis with a finding; returns only where all findings are looked for.</summary>
    public void Refuse(Finding finding, int slot)
    {
        ProgramRejectedException rejected = Site.Reject(finding.Code, slot, finding.Reason, finding.Subject);
        if (Recovery is null or { IsFull: true })
        {
            throw rejected;
        }

        Recovery.Report(rejected.Rejection);
    }

    /// <summary>The first slot of the function that holds a slot.</summary>
    public int FunctionStart(int slot) => _functions[_functions.IndexOf(slot)].Start;

    /// <summary>The function that starts at a slot.</summary>
    public FunctionShape ShapeAt(int start)
    {
        int index = _functions.IndexOf(start);
        return _shapes[index] ??= new FunctionShape(new ControlFlow(Program.Code, _functions[index], index), Program.Code, Site);
    }
}
