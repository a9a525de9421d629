using System.Numerics;
using NearData.Isa;
using NearData.Isa.Programs;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests;

/// <summary>Sums against arbitrary-precision arithmetic, over columns that are mostly extremes.</summary>
public sealed class ExactSumTests
{
    private const int A = 0;
    private const int B = 8;
    private const int D = 28;

    public static TheoryData<RunnerKind> Runners => [RunnerKind.Interpreted, RunnerKind.Compiled, RunnerKind.Guarded];

    [Theory]
    [MemberData(nameof(Runners))]
    public void Sums_of_any_64_bit_numbers_are_exact(RunnerKind kind)
    {
        // sum += a; unsigned_sum += b; count += 1
        Expect(kind, [
            Instruction.Load(MemorySize.DoubleWord, R2, R1, A), Instruction.Load(MemorySize.DoubleWord, R3, R1, B), Move(R4, 1),
            .. LoadMapValue(R9, SampleQuery.ResultsMap, 0),
            .. SampleQuery.Add(0, R2), .. SampleQuery.Add(1, R3), .. SampleQuery.Add(2, R4)],
            batch => (Sum(batch.Values<long>(0)), Sum(batch.Values<ulong>(1)), batch.Count));
    }

    [Theory]
    [MemberData(nameof(Runners))]
    public void Two_additions_to_one_field_in_one_record_may_pass_64_bits_together(RunnerKind kind)
    {
        // sum += a; sum += a; unsigned_sum += b; unsigned_sum += b
        Expect(kind, [
            Instruction.Load(MemorySize.DoubleWord, R2, R1, A), Instruction.Load(MemorySize.DoubleWord, R3, R1, B),
            .. LoadMapValue(R9, SampleQuery.ResultsMap, 0),
            .. SampleQuery.Add(0, R2), .. SampleQuery.Add(0, R2), .. SampleQuery.Add(1, R3), .. SampleQuery.Add(1, R3)],
            batch => (2 * Sum(batch.Values<long>(0)), 2 * Sum(batch.Values<ulong>(1)), 0));
    }

    [Theory]
    [MemberData(nameof(Runners))]
    public void Subtraction_and_atomic_addition_are_exact(RunnerKind kind)
    {
        // sum -= d; atomic unsigned_sum += b
        Expect(kind, [
            Instruction.Load(MemorySize.Word, R2, R1, D), Instruction.Load(MemorySize.DoubleWord, R3, R1, B),
            Instruction.Alu64(AluOperation.Move, R2, R2, offset: 32),
            .. LoadMapValue(R9, SampleQuery.ResultsMap, 0),
            Instruction.Load(MemorySize.DoubleWord, R1, R9, 0), Instruction.Alu64(AluOperation.Subtract, R1, R2),
            Instruction.Store(MemorySize.DoubleWord, R9, 0, R1),
            Instruction.Atomic(AtomicOperation.Add, MemorySize.DoubleWord, R9, 8, R3)],
            batch => (-Sum(batch.Values<int>(3)), Sum(batch.Values<ulong>(1)), 0));
    }

    [Fact]
    public void A_bound_that_allows_fewer_records_than_a_batch_holds_splits_the_batch()
    {
        // sum += d << 20: at most 2^51 in size, so that 64 bits hold 2^12 records at a time.
        const int Shift = 20;
        QueryProgram query = SampleQuery.Verify(null, SampleQuery.Reduce([
            Instruction.Load(MemorySize.Word, R2, R1, D), Instruction.Alu64(AluOperation.Move, R2, R2, offset: 32),
            Instruction.Alu64(AluOperation.ShiftLeft, R2, Shift), .. LoadMapValue(R9, SampleQuery.ResultsMap, 0),
            .. SampleQuery.Add(0, R2), Move(R0, 0), Instruction.Exit]));
        using QueryRunner runner = CompiledQuery.Compile(query).CreateRunner(SampleQuery.NoParameters(query));
        using RecordBatch batch = new(SampleRow.Layout, SampleRow.AllFields, 50_000) { Count = 50_000 };
        batch.Values<int>(3).Fill(int.MinValue);
        runner.Filter(batch);
        runner.Reduce(batch);
        Assert.Equal((Int128)int.MinValue * (1 << Shift) * 50_000, runner.Totals[0]);
    }

    private static void Expect(RunnerKind kind, Instruction[] body, Func<RecordBatch, (BigInteger Sum, BigInteger Unsigned, BigInteger Count)> expected)
    {
        QueryProgram query = SampleQuery.Verify(null, SampleQuery.Reduce([.. body, Move(R0, 0), Instruction.Exit]));
        using QueryRunner runner = RunnerKinds.Create(kind, query);
        Random random = new(2);
        (BigInteger Sum, BigInteger Unsigned, BigInteger Count) total = default;
        for (int round = 0; round < 5; round++)
        {
            using RecordBatch batch = SampleRow.Batch(random, capacity: 3000, count: 3000);
            runner.Filter(batch);
            runner.Reduce(batch);
            (BigInteger Sum, BigInteger Unsigned, BigInteger Count) part = expected(batch);
            total = (total.Sum + part.Sum, total.Unsigned + part.Unsigned, total.Count + part.Count);
        }

        Assert.Equal([total.Sum, total.Unsigned, total.Count], runner.Totals[..3].ToArray().Select(value => (BigInteger)value));
    }

    private static BigInteger Sum<T>(Span<T> values)
        where T : INumber<T>
    {
        BigInteger sum = 0;
        foreach (T value in values)
        {
            sum += BigInteger.CreateChecked(value);
        }

        return sum;
    }
}
