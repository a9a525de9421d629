using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;

namespace NearData.Vm.Tests;

/// <summary>Random programs over random batches: compiled code does what the checking interpreter does.</summary>
public sealed class CompilerDifferentialTests
{
    private const int Programs = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Compiled_queries_select_and_total_as_the_interpreter_does(int seed)
    {
        Random random = new(seed);
        int accepted = 0;
        int goBack = 0;
        for (int number = 0; number < Programs; number++)
        {
            if (!ProgramVerifier.TryVerify(InAnyLayout(RandomProgram.Filter(random), random), out VerifiedProgram? filter, out _)
                || !ProgramVerifier.TryVerify(InAnyLayout(RandomProgram.Reduce(random), random), out VerifiedProgram? reduce, out _))
            {
                continue;
            }

            accepted++;
            goBack += BlockShuffle.GoesBack(reduce.Program.Code) ? 1 : 0;
            QueryProgram query = new(random.Next(4) == 0 ? null : filter, reduce, []);
            ParameterValues none = SampleQuery.NoParameters(query);
            using InterpretedRunner interpreted = new(query, none);
            using QueryRunner compiled = CompiledQuery.Compile(query).CreateRunner(none);
            foreach (int count in (int[])[0, 1, 60, 7])
            {
                using RecordBatch batch = SampleRow.Batch(random, capacity: 60, count);
                string name = $"seed {seed}, program {number}, {count} records";
                Assert.True(interpreted.Filter(batch) == compiled.Filter(batch), name);
                Assert.True(interpreted.Selection.SequenceEqual(compiled.Selection), name);
                interpreted.Reduce(batch);
                compiled.Reduce(batch);
                Assert.True(
                    interpreted.Totals.SequenceEqual(compiled.Totals),
                    $"{name}: {string.Join(' ', interpreted.Totals.ToArray())} is not {string.Join(' ', compiled.Totals.ToArray())}");
            }
        }

        Assert.InRange(accepted, Programs / 2, Programs);
        Assert.InRange(goBack, accepted / 4, accepted);
    }

    private static Program InAnyLayout(Program program, Random random) =>
        random.Next(2) == 0 ? program : program with { Code = BlockShuffle.Shuffle(program.Code, random) };
}
