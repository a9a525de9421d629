using System.Collections.Concurrent;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Maps;
using Xunit.Abstractions;

namespace NearData.Vm.Tests;

/// <summary>
/// Random reductions by group over batches whose texts are codes, or values, of dictionaries that change: scalar code and every width of vectors make
/// the groups that the interpreter makes.
/// </summary>
public sealed class GroupDifferentialTests(ITestOutputHelper output)
{
    private static readonly VectorTier[] Tiers = [VectorTier.Scalar, VectorTier.Vector128, VectorTier.Vector256, VectorTier.Vector512];

    [Fact]
    public void Interpreter_scalar_code_and_vectors_of_every_width_make_the_same_groups()
    {
        int first = LongRun.First;
        int count = LongRun.Count(usual: 1_500, thorough: 100_000);
        int vectors = 0;
        int exceeded = 0;
        int groups = 0;
        Parallel.ForEach(
            Partitioner.Create(first, first + count, 50),
            GroupedSample.Batch,
            (range, loop, batch) =>
            {
                for (int seed = range.Item1; seed < range.Item2; seed++)
                {
                    Random random = new(seed);
                    if (!ProgramVerifier.TryVerify(InAnyLayout(RandomProgram.Grouped(random), random), out VerifiedProgram? reduce, out _))
                    {
                        continue;
                    }

                    Program filter = RandomProgram.Filter(random) with { Context = reduce.Program.Context, Maps = reduce.Program.Maps, Results = [] };
                    VerifiedProgram? keeps = null;
                    if (random.Next(2) == 0)
                    {
                        ProgramVerifier.TryVerify(filter, out keeps, out _);
                    }

                    CompiledQuery compiled = CompiledQuery.Compile(new QueryProgram(keeps, reduce, []), Tiers[seed % Tiers.Length]);
                    (long made, bool isExceeded) = Compare(compiled, batch, random, $"seed {seed}, {Tiers[seed % Tiers.Length]}");
                    Interlocked.Add(ref vectors, compiled.ReduceEngine.Tier == VectorTier.Scalar ? 0 : 1);
                    Interlocked.Add(ref exceeded, isExceeded ? 1 : 0);
                    Interlocked.Add(ref groups, (int)long.Min(made, 100));
                }

                return batch;
            },
            batch => batch.Dispose());

        output.WriteLine($"{vectors} reductions of {count} over vectors, from seed {first}; {exceeded} with too many groups, {groups} groups");
        Assert.InRange(vectors, count / 2, count * 3 / 4);
        Assert.InRange(exceeded, count / 50, count / 5);
        Assert.InRange(groups, count * 3, count * 50);
    }

    private static (long Groups, bool IsExceeded) Compare(CompiledQuery compiled, RecordBatch batch, Random random, string name)
    {
        ParameterValues none = SampleQuery.NoParameters(compiled.Query);
        using InterpretedRunner interpreted = new(compiled.Query, none);
        using QueryRunner vectors = compiled.CreateRunner(none);
        for (int round = 0; round < 5; round++)
        {
            GroupedSample.Fill(batch, random);
            bool[] used = [.. Enumerable.Range(0, batch.Row.Fields.Length).Select(field => batch.Coded(field)?.IsUsed == true)];
            string? refused = Run(vectors, batch);
            for (int field = 0; field < used.Length; field++)
            {
                if (batch.Coded(field) is { } coded)
                {
                    coded.IsUsed = used[field];
                }
            }

            string? expected = Run(interpreted, batch);
            Assert.Equal(expected, refused);
            if (expected is not null)
            {
                return (0, true);
            }

            if (random.Next(2) == 0)
            {
                AssertSame(interpreted.Groups[0], vectors.Groups[0], name);
            }
        }

        AssertSame(interpreted.Groups[0], vectors.Groups[0], name);
        return (vectors.Groups[0].Count, false);
    }

    private static string? Run(QueryRunner runner, RecordBatch batch)
    {
        runner.Filter(batch);
        try
        {
            runner.Reduce(batch);
            return null;
        }
        catch (GroupLimitException refused)
        {
            return refused.Message;
        }
    }

    private static void AssertSame(GroupMap expected, GroupMap actual, string name)
    {
        string[] wanted = Lines(expected);
        string[] got = Lines(actual);
        Assert.True(wanted.SequenceEqual(got), $"{name}: {string.Join("; ", wanted.Except(got).Take(3))} isn't {string.Join("; ", got.Except(wanted).Take(3))}");
    }

    private static string[] Lines(GroupMap groups) => [.. Enumerable.Range(0, (int)groups.Count)
        .Select(group => $"{Convert.ToHexString(groups.Key(group))}: {string.Join(' ', Enumerable.Range(0, SampleQuery.Results.Length).Select(field => groups.Total(group, field)))}")
        .Order(StringComparer.Ordinal)];

    private static Program InAnyLayout(Program program, Random random) =>
        random.Next(2) == 0 ? program : program with { Code = BlockShuffle.Shuffle(program.Code, random) };
}
