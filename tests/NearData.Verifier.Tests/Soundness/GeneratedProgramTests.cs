using System.Collections.Concurrent;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier.Tests.Corpus;
using NearData.Verifier.Tests.Soundness.Generation;
using Xunit.Abstractions;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>
/// The soundness of the verifier as a whole. Of random programs, what is accepted runs in the checking interpreter without a fault and within
/// its worst case; every moment of every run lies in what the verifier knew at the instruction; and compiled code, which sees other
/// garbage where nothing may be read, gives the same answer. <c>NEARDATA_LONG=1</c> runs 1,000,000 programs.
/// </summary>
public sealed class GeneratedProgramTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_moment_of_accepted_programs_lies_in_what_the_verifier_knew()
    {
        int count = LongRun.Count(usual: 20_000, thorough: 1_000_000);
        int compileEvery = LongRun.IsAsked ? 16 : 100;
        int first = LongRun.First;
        RunProgress progress = new("programs");
        int accepted = 0;
        long moments = 0;
        Parallel.ForEach(Partitioner.Create(first, first + count, 500), range =>
        {
            for (int seed = range.Item1; seed < range.Item2; seed++)
            {
                Program program = GeneratedSoundnessProgram.Make(seed);
                if (WatchedRuns.Watch(program, seed, inputs: LongRun.IsAsked ? 2 : 1, alsoCompiled: seed % compileEvery == 0) is { } seen)
                {
                    Interlocked.Increment(ref accepted);
                    Interlocked.Add(ref moments, seen);
                }
            }

            progress.Add(range.Item2 - range.Item1);
        });

        output.WriteLine($"{accepted} of {count} programs from {first} are accepted, with {moments} moments");
        Assert.InRange(accepted, count / 3, count - 1);
    }

    [Fact]
    public void Accepted_programs_use_slices_in_each_way_that_there_is()
    {
        HelperSignature[] helpers = [.. SliceHelpers.All, .. SliceFunctionHelpers.All];
        Program[] accepted = [.. Enumerable.Range(0, 3000).Select(GeneratedSoundnessProgram.Make)
            .Where(program => program.Code.Any(instruction => helpers.Any(helper => Calls(instruction, helper))) && ProgramVerifier.TryVerify(program, out _, out _))];
        foreach (HelperSignature helper in helpers)
        {
            int calling = accepted.Count(program => program.Code.Any(instruction => Calls(instruction, helper)));
            Assert.True(calling > 30, $"only {calling} of {accepted.Length} accepted programs with slices call {helper.Name}");
        }
    }

    [Fact]
    public void Every_moment_of_generated_reductions_lies_in_what_the_verifier_knew()
    {
        int count = LongRun.Count(usual: 2_000, thorough: 200_000);
        int accepted = Enumerable.Range(0, count)
            .Count(seed => WatchedRuns.Watch(ReductionGenerator.Make(seed), seed, inputs: 4, alsoCompiled: false) is not null);
        Assert.InRange(accepted, count / 20, count - 1);
    }

    [Fact]
    public void Every_moment_of_the_corpus_lies_in_what_the_verifier_knew()
    {
        IEnumerable<Program> programs = CorpusCase.All.Values
            .Where(entry => entry.Kind is not (ProgramKind.SocketFilter or ProgramKind.TrafficControl or ProgramKind.Emit))
            .Select(entry => Fixtures.Make(entry.Kind, entry.Name, entry.Code));
        long watched = programs.Count(program => WatchedRuns.Watch(program, seed: 1, inputs: 8, alsoCompiled: false) is not null);
        Assert.True(watched > 100, $"only {watched} programs were watched");
    }

    private static bool Calls(Instruction instruction, HelperSignature helper) =>
        instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Helper && instruction.Immediate == helper.Number;
}
