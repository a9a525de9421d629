using NearData.Isa.Programs;
using NearData.Verifier.Explanations;
using NearData.Verifier.Rejections;
using Xunit.Sdk;

namespace NearData.Verifier.Tests.Corpus;

/// <summary>Holds the verifier against the corpus' cases.</summary>
public static class CorpusCheck
{
    /// <summary>Checks one case.</summary>
    /// <exception cref="XunitException">The verifier says something else than is written.</exception>
    public static void Check(string name, bool isExplained)
    {
        CorpusCase entry = CorpusCase.All[name];
        Program program = Fixtures.Make(entry.Kind, name, entry.Code);
        if (entry.Functions is { } functions)
        {
            CheckGlobals(entry, FunctionText.Declare(program, functions));
            return;
        }

        bool isAccepted = ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out Rejection? rejection);
        Assert.Equal(entry.Rejected ?? "accepted", rejection?.Code.Text ?? "accepted");
        if (isAccepted)
        {
            CheckFacts(entry, verified!.Facts, program);
            return;
        }

        CheckRejection(entry, rejection!);
        if (isExplained)
        {
            CheckExplanation(entry, program, rejection!);
        }
    }

    /// <summary>Checks what proving global functions on their own comes to: where it refuses, following their calls may still prove the program.</summary>
    private static void CheckGlobals(CorpusCase entry, Program program)
    {
        try
        {
            VerifiedProgram verified = ProgramVerifier.VerifyByGlobals(program);
            Assert.Null(entry.Rejected);
            CheckFacts(entry, verified.Facts, program);
        }
        catch (ProgramRejectedException rejected)
        {
            Assert.Equal(entry.Rejected ?? "accepted", rejected.Rejection.Code.Text);
            CheckRejection(entry, rejected.Rejection);
        }
    }

    private static void CheckRejection(CorpusCase entry, Rejection rejection)
    {
        Assert.Equal(entry.At ?? rejection.Instruction, rejection.Instruction);
        Assert.Contains(entry.Says ?? "", rejection.Message, StringComparison.Ordinal);
    }

    /// <summary>The first case about which the verifier says something else than is written, or breaks; null where there is none.</summary>
    /// <remarks>Called by reflection with a verifier in the place of the one that this was compiled with.</remarks>
    public static string? FirstFailure() => CorpusCase.All.Keys
        .OrderBy(name => CorpusCase.All[name].Rejected == "too-complex")
        .FirstOrDefault(name => Record.Exception(() => Check(name, isExplained: false)) is not null);

    /// <summary>Telling how it came to a rejection finds the same one, and one that ends with its instruction.</summary>
    private static void CheckExplanation(CorpusCase entry, Program program, Rejection rejection)
    {
        Explanation explanation = Assert.Single(ProgramVerifier.Explain(program));
        Assert.Equal(rejection, explanation.Rejection);
        Assert.Contains(entry.Hint ?? "", explanation.Hint, StringComparison.Ordinal);
        Assert.Equal(entry.Slice ?? explanation.Slice.Select(step => step.Instruction), explanation.Slice.Select(step => step.Instruction));
        Assert.True(explanation.Slice.IsEmpty || explanation.Slice.Any(step => step.Instruction == rejection.Instruction), "the slice doesn't end there");

        // What takes a million looks to be found takes as many again.
        if (rejection.Code != RejectionCode.TooComplex)
        {
            Assert.Contains(ProgramVerifier.Explain(program, FindingCount.All), found => found.Rejection == rejection);
        }
    }

    private static void CheckFacts(CorpusCase entry, ProgramFacts facts, Program program)
    {
        Assert.Equal(entry.Worst ?? facts.WorstCaseInstructions, facts.WorstCaseInstructions);
        if (entry.Fields is { } fields)
        {
            Assert.Equal(fields, facts.LoadedFields.Select(field => program.Row.Fields[field].Name));
        }

        if (entry.Sums is { } sums)
        {
            Assert.Equal(sums, facts.Sums.Select(sum => $"{program.Results[sum.Result].Name} {sum.Least} {sum.Most}"));
        }

        if (entry.GroupSums is { } groups)
        {
            Assert.Equal(groups, facts.GroupSums.Select(sum =>
                $"{program.Maps[sum.Map].Name}.{program.Maps[sum.Map].Group!.Values[sum.Field].Name} {sum.Least} {sum.Most}"));
        }

        if (entry.Unreachable is { } unreachable)
        {
            Assert.Equal(unreachable, Enumerable.Range(0, facts.Instructions.Length).Where(slot => !facts.Instructions[slot].IsReachable));
        }

        foreach (string access in entry.Access ?? [])
        {
            int slot = int.Parse(access.Split(' ')[0]);
            MemoryAccess found = facts.Instructions[slot].Access;
            Assert.Equal(access, $"{slot} {found.Target} {found.Index} {found.Offset?.ToString() ?? "*"}");
        }
    }
}
