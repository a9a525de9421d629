using System.Collections.Concurrent;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Maps;
using Xunit.Abstractions;
using static NearData.Isa.Register;

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

    [Theory]
    [InlineData(VectorTier.Scalar)]
    [InlineData(VectorTier.Vector128)]
    [InlineData(VectorTier.Vector256)]
    [InlineData(VectorTier.Vector512)]
    public void Partial_totals_are_emptied_before_they_can_overflow(VectorTier tier)
    {
        // sum += a, unsigned_sum += b, of the greatest numbers that partial totals take, for two texts.
        const int Rounds = 40;
        const long Most = (1L << 52) - 1;
        QueryProgram query = SampleQuery.Verify(null, GroupedSample.Reduce(new Random(1), GroupedSample.TextKeySize, [
            Programs.Move(R6, R1), .. GroupedSample.FindByText(10),
            Instruction.Load(MemorySize.DoubleWord, R2, R6, 0), Instruction.Load(MemorySize.DoubleWord, R3, R6, 8),
            .. SampleQuery.Add(0, R2), .. SampleQuery.Add(1, R3), Programs.Move(R0, 0), Instruction.Exit]));
        using QueryRunner runner = CompiledQuery.Compile(query, tier).CreateRunner(SampleQuery.NoParameters(query));
        using RecordBatch batch = GroupedSample.Batch();
        batch.Count = batch.Capacity;
        batch.Values<ulong>(1).Fill(Most);
        CodedValues coded = batch.Coded(10)!;
        coded.SetDictionary([default, GroupedSample.Letter]);
        for (int record = 0; record < batch.Count; record++)
        {
            coded.Codes[record] = (uint)record % 2;
            batch.Values<long>(0)[record] = record % 2 == 0 ? Most : -Most;
        }

        for (int round = 0; round < Rounds; round++)
        {
            coded.IsUsed = true;
            runner.Filter(batch);
            runner.Reduce(batch);
        }

        Int128 each = (Int128)Most * Rounds * batch.Count / 2;
        GroupMap groups = runner.Groups.Single();
        Assert.Equal([(each, each), (-each, each)], Enumerable.Range(0, 2).Select(group => (groups.Total(group, 0), groups.Total(group, 1))));
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
