using NearData.Isa;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests;

/// <summary>Candidates that a caller of a runner names by a bit for each record.</summary>
public sealed class CandidateBitsTests
{
    [Theory]
    [MemberData(nameof(QueryTests.Runners), MemberType = typeof(QueryTests))]
    public void The_records_whose_bits_are_set_are_filtered(RunnerKind kind)
    {
        using QueryRunner runner = RunnerKinds.Create(kind, KeepsOdd());
        using RecordBatch batch = new(SampleRow.Layout, SampleRow.AllFields, capacity: 100) { Count = 67 };
        for (int record = 0; record < 67; record++)
        {
            batch.Values<long>(0)[record] = record;
        }

        Assert.Equal(4, runner.Candidates(batch, [0x80000000_00000003, 0b100]));
        Assert.Equal([0, 1, 63, 66], runner.Candidates(batch)[..4].ToArray());
        Assert.Equal(2, runner.Filter(batch, candidates: 4));
        Assert.Equal([1, 63], runner.Selection.ToArray());
    }

    [Fact]
    public void Bits_of_other_records_than_the_batchs_are_refused()
    {
        using QueryRunner runner = RunnerKinds.Create(RunnerKind.Compiled, KeepsOdd());
        using RecordBatch batch = new(SampleRow.Layout, SampleRow.AllFields, capacity: 100) { Count = 67 };
        Assert.Contains("67 records", Assert.Throws<ArgumentException>(() => runner.Candidates(batch, [0, 0b1000])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => runner.Candidates(batch, [0]));
        Assert.Throws<ArgumentException>(() => runner.Candidates(batch, [0, 0, 0]));
        batch.Count = 0;
        Assert.Equal(0, runner.Candidates(batch, []));
    }

    /// <summary>A filter of records whose first column is odd.</summary>
    private static QueryProgram KeepsOdd() => SampleQuery.Verify(
        SampleQuery.Filter([Instruction.Load(MemorySize.DoubleWord, R0, R1, 0), Instruction.Alu64(AluOperation.And, R0, 1), Instruction.Exit]), reduce: null);
}
