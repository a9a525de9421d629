using System.Collections.Concurrent;
using NearData.TestSupport;

namespace NearData.Verifier.Tests.Mutations;

/// <summary>
/// The corpus is worth what it finds: each check of the checker, and each decisive place of transfer, branches and unions, is broken by
/// itself, and a case must fail. <c>NEARDATA_LONG=1</c> breaks all of them; <c>NEARDATA_MUTATIONS</c> those whose names have one of some words in them;
/// <c>NEARDATA_MUTATION_LOG</c> names a file for what killed each.
/// </summary>
public sealed class MutationTests
{
    private static readonly Lock Writing = new();
    private static readonly string? Log = Environment.GetEnvironmentVariable("NEARDATA_MUTATION_LOG");
    private static readonly string[]? Only = Environment.GetEnvironmentVariable("NEARDATA_MUTATIONS")?.Split(',');

    [Fact]
    public void The_verifier_compiled_for_mutations_passes_the_corpus() => Assert.Null(new MutantVerifier().FirstFailure(mutation: null));

    [Fact]
    public void Every_mutation_of_the_list_is_of_the_source_as_it_is() => Assert.NotEmpty(MutationList.Read(new MutantVerifier().Sources).ToArray());

    [Fact]
    public void Breaking_any_one_check_makes_a_case_fail()
    {
        if (Only is null && !LongRun.IsAsked)
        {
            return;
        }

        MutantVerifier verifier = new();
        Mutation[] mutations =
        [
            .. verifier.Sources.Keys.Where(file => file.StartsWith("Checking", StringComparison.Ordinal) && !file.EndsWith("Requirements.cs", StringComparison.Ordinal))
                .SelectMany(file => FindingSites.Of(file, verifier.Tree(file))),
            .. MutationList.Read(verifier.Sources),
        ];
        ConcurrentBag<string> survivors = [];
        Parallel.ForEach(mutations.Where(mutation => Only is null || Only.Any(mutation.Name.Contains)), mutation =>
        {
            string? killer;
            try
            {
                killer = verifier.FirstFailure(mutation);
            }
            catch (InvalidMutationException invalid)
            {
                survivors.Add($"{mutation.Name}: {invalid.Message}");
                return;
            }

            Tell($"{(killer is null ? "survived" : "killed")}: {mutation.Name}{(killer is null ? "" : $" by '{killer}'")}");
            if (killer is null)
            {
                survivors.Add(mutation.Name);
            }
        });
        Assert.Empty(survivors);
    }

    private static void Tell(string line)
    {
        if (Log is not null)
        {
            lock (Writing)
            {
                File.AppendAllText(Log, $"{line}\n");
            }
        }
    }
}
