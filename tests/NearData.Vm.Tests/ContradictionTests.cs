using NearData.Isa;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests;

/// <summary>Paths that no run takes, and that are found out to be such only at a branch where neither way is left.</summary>
public sealed class ContradictionTests
{
    [Fact]
    public void A_branch_of_which_neither_way_can_be_taken_compiles()
    {
        // 8x + 4 is never in [125, 131], as it is neither in [125, 127] nor in [128, 131].
        QueryProgram query = SampleQuery.Verify(
            SampleQuery.Filter([
                Instruction.Load(MemorySize.Byte, R2, R1, 41),
                Instruction.Alu64(AluOperation.ShiftLeft, R2, 3),
                Instruction.Alu64(AluOperation.Or, R2, 4),
                Programs.Move(R0, 1),
                Instruction.Jump64(JumpOperation.Less, R2, 125, 5),
                Instruction.Jump64(JumpOperation.Greater, R2, 131, 4),
                Programs.Move(R0, 2),
                Instruction.Jump64(JumpOperation.Less, R2, 128, 1),
                Instruction.Exit,
                Programs.Move(R0, 3),
                Instruction.Exit]),
            reduce: null);

        using QueryRunner runner = CompiledQuery.Compile(query).CreateRunner(SampleQuery.NoParameters(query));
        using RecordBatch batch = SampleRow.Batch(new Random(1), capacity: 9, count: 9);
        Assert.Equal(9, runner.Filter(batch));
    }
}
