using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests;

public sealed class CompilationLimitTests
{
    // A move, so many additions, an exit.
    private const int Additions = CompilationLimit.Slots;

    [Fact]
    public void A_program_that_is_too_long_is_not_compiled_and_says_so()
    {
        VerifiedProgram verified = ProgramVerifier.Verify(OverMemory(0, [Move(R0, 0), .. Count(), Instruction.Exit]));
        ProgramTooLongException refused = Assert.Throws<ProgramTooLongException>(() => CompiledMemoryProgram.Compile(verified));
        Assert.Equal(
            $"test: The function at instruction 0 has {Additions + 2} slots; up to {CompilationLimit.Slots} are compiled.", refused.Message);
    }

    [Fact]
    public void A_query_that_is_too_long_to_compile_is_interpreted()
    {
        VerifiedProgram filter = ProgramVerifier.Verify(SampleQuery.Filter([Move(R0, 1 - Additions), .. Count(), Instruction.Exit]));
        QueryProgram query = new(filter, null, []);
        CompiledQuery compiled = CompiledQuery.Compile(query);
        Assert.True(compiled.IsInterpreted);
        using QueryRunner runner = compiled.CreateRunner(SampleQuery.NoParameters(query));
        using RecordBatch batch = SampleRow.Batch(new Random(1), capacity: 3, count: 3);
        Assert.Equal(3, runner.Filter(batch));
    }

    private static IEnumerable<Instruction> Count() => Enumerable.Repeat(Instruction.Alu64(AluOperation.Add, R0, 1), Additions);
}
