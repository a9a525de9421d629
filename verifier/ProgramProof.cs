using NearData.Isa.Programs;
using NearData.Verifier.Analysis;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.Surroundings;

namespace NearData.Verifier;

/// <summary>
/// The search for a program's proof. Calls are followed first, with all that is known of their callers. Where that takes long and global
/// functions are called, each of these is proven once, on its own; and where that proves nothing, calls are followed on as long as any may be.
/// </summary>
internal sealed class ProgramProof
{
    /// <summary>How often another function that can't be proven on its own is left to be followed.</summary>
    private const int MostAttempts = 8;

    private readonly Program _program;
    private readonly AnalysisObserver? _observer;
    private readonly RejectionSite _site;
    private readonly Functions _functions;
    private readonly ProgramEnvironment _environment;

    /// <param name="program">The program.</param>
    /// <param name="observer">Shown what the analyses do, one after the other; null where nobody looks.</param>
    /// <exception cref="ProgramRejectedException">Its shape or its declarations aren't in order.</exception>
    public ProgramProof(Program program, AnalysisObserver? observer)
    {
        _program = program;
        _observer = observer;
        _site = new(program);
        _functions = Structure.Check(program, _site);
        Declarations.Check(program, _site);
        _environment = new(program);
    }

    /// <exception cref="ProgramRejectedException">No way proves the program; this is what following its calls comes to.</exception>
    public ProgramFacts Find()
    {
        WorkBudget whole = WorkBudget.ForProof(_program.Code.Length);
        if (!_program.Functions.Skip(1).Any(function => function.Prototype is not null))
        {
            return Follow(whole);
        }

        WorkBudget beginning = WorkBudget.ForBeginning(_program.Code.Length);
        try
        {
            return Follow(beginning);
        }
        catch (ProgramRejectedException) when (beginning.IsSpent)
        {
            return TryGlobals() ?? Follow(whole);
        }
    }

    /// <summary>Follows every call.</summary>
    public ProgramFacts Follow(WorkBudget budget) => Analysis(budget, globals: null).Run();

    /// <summary>Takes calls of global functions by what is proven of each.</summary>
    public ProgramFacts TakeGlobals()
    {
        CallGraph graph = new(_program, _functions, FunctionPass.MostFrames);
        return Analysis(WorkBudget.ForProof(_program.Code.Length), new GlobalFunctions(_environment, _functions, graph, new HashSet<int>())).Run();
    }

    private ProgramFacts? TryGlobals()
    {
        CallGraph graph = new(_program, _functions, FunctionPass.MostFrames);
        WorkBudget budget = WorkBudget.ForProof(_program.Code.Length);
        HashSet<int> followed = [];
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            GlobalFunctions globals = new(_environment, _functions, graph, followed);
            try
            {
                budget.Waiting = 0;
                return Analysis(budget, globals).Run();
            }
            catch (ProgramRejectedException)
            {
                if (globals.Unproven is not { } function)
                {
                    return null;
                }

                followed.Add(function);
            }
        }

        return null;
    }

    /// <summary>One that shares nothing with those before: what was given up in the middle left its places in use.</summary>
    private ProgramAnalysis Analysis(WorkBudget budget, GlobalFunctions? globals) =>
        new(_environment, _functions, new FunctionShape?[_functions.Count], _site, budget, _observer) { Globals = globals };
}
