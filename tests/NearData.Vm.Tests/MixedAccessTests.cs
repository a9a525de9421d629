using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests;

/// <summary>Accesses of mixed sizes to the same bytes: compiled code does what the checking interpreter does.</summary>
public sealed class MixedAccessTests
{
    private const int Programs = 300;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(104)]
    [InlineData(148)]
    public void Row_programs_read_the_same_bytes(int seed)
    {
        Random random = new(seed);
        for (int number = 0; number < Programs; number++)
        {
            VerifiedProgram filter = ProgramVerifier.Verify(MixedAccessProgram.Make(random, ProgramKind.Filter));
            VerifiedProgram reduce = ProgramVerifier.Verify(MixedAccessProgram.Make(random, ProgramKind.Reduce));
            QueryProgram query = new(random.Next(3) == 0 ? null : filter, reduce, MixedAccessProgram.Parameters);
            ParameterValues none = SampleQuery.NoParameters(query);
            using InterpretedRunner interpreted = new(query, none);
            using QueryRunner compiled = CompiledQuery.Compile(query).CreateRunner(none);
            foreach (int count in (int[])[1, 13, 5])
            {
                using RecordBatch batch = SampleRow.Batch(random, capacity: 13, count);
                string name = $"seed {seed}, program {number}, {count} records";
                Assert.True(interpreted.Filter(batch) == compiled.Filter(batch), name);
                Assert.True(interpreted.Selection.SequenceEqual(compiled.Selection), name);
                interpreted.Reduce(batch);
                compiled.Reduce(batch);
                Assert.True(interpreted.Totals.SequenceEqual(compiled.Totals), name);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(104)]
    [InlineData(148)]
    public void Memory_programs_return_and_leave_the_same_bytes(int seed)
    {
        Random random = new(seed);
        byte[] left = new byte[64];
        byte[] right = new byte[64];
        for (int number = 0; number < Programs; number++)
        {
            Program program = MixedAccessProgram.Make(random, ProgramKind.Memory);
            CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(ProgramVerifier.Verify(program));
            using MapSet interpretedMaps = new(program.Maps);
            using MapSet compiledMaps = new(program.Maps);
            Interpreter interpreter = new(program, interpretedMaps);
            for (int call = 0; call < 3; call++)
            {
                string name = $"seed {seed}, program {number}, call {call}";
                random.NextBytes(left);
                left.CopyTo(right, 0);
                Assert.True(interpreter.Run(left) == compiled.Run(right, compiledMaps), name);
                Assert.True(left.AsSpan().SequenceEqual(right), name);
                for (int map = 0; map < program.Maps.Length; map++)
                {
                    for (int entry = 0; entry < program.Maps[map].MaxEntries; entry++)
                    {
                        Assert.True(interpretedMaps.Value(map, entry).SequenceEqual(compiledMaps.Value(map, entry)), $"{name}, map {map}");
                    }
                }
            }
        }
    }
}
