using System.Collections.Concurrent;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using Xunit.Abstractions;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests;

/// <summary>
/// Random programs over random batches full of extremes: every width of vectors does what the interpreter and scalar code do.
/// 10,000 programs, half of them with their blocks in random order; <c>NEARDATA_LONG=1</c> runs 1,000,000.
/// </summary>
public sealed class VectorDifferentialTests(ITestOutputHelper output)
{
    private static readonly VectorTier[] Tiers = [VectorTier.Scalar, VectorTier.Vector128, VectorTier.Vector256, VectorTier.Vector512];

    [Fact]
    public void Interpreter_scalar_code_and_vectors_of_every_width_give_the_same()
    {
        int first = LongRun.First;
        int pairs = LongRun.Count(usual: 5_000, thorough: 500_000);
        int vectors = 0;
        int narrow = 0;
        int goBack = 0;
        RunProgress progress = new("queries of two programs");
        Parallel.ForEach(
            Partitioner.Create(first, first + pairs, 50),
            () => new SampleBatches(),
            (range, loop, batches) =>
            {
                for (int seed = range.Item1; seed < range.Item2; seed++)
                {
                    Random random = new(seed);
                    if (!ProgramVerifier.TryVerify(InAnyLayout(RandomProgram.Filter(random), random), out VerifiedProgram? filter, out _)
                        || !ProgramVerifier.TryVerify(InAnyLayout(RandomProgram.Reduce(random), random), out VerifiedProgram? reduce, out _))
                    {
                        continue;
                    }

                    // One way to compile each: that takes most of the time.
                    VectorTier tier = Tiers[seed % Tiers.Length];
                    CompiledQuery compiled = Compare(new QueryProgram(random.Next(4) == 0 ? null : filter, reduce, []), tier, batches.Some(random), seed);
                    Interlocked.Add(ref goBack, BlockShuffle.GoesBack(reduce.Program.Code) ? 1 : 0);
                    Interlocked.Add(ref vectors, compiled.ReduceEngine.Tier == VectorTier.Scalar ? 0 : 1);
                    Interlocked.Add(ref narrow, tier != VectorTier.Scalar && compiled.FilterEngine.Lanes > 1 << (int)tier ? 1 : 0);
                }

                progress.Add(range.Item2 - range.Item1);
                return batches;
            },
            batches => batches.Dispose());

        output.WriteLine($"{vectors} reductions of {pairs} over vectors, from seed {first}; {narrow} filters in narrow lanes");
        Assert.InRange(vectors, pairs / 2, pairs * 3 / 4);
        Assert.InRange(narrow, pairs / 10, pairs);
        Assert.InRange(goBack, pairs / 4, pairs);
    }

    [Theory]
    [InlineData(VectorTier.Vector128)]
    [InlineData(VectorTier.Vector256)]
    [InlineData(VectorTier.Vector512)]
    public void A_mask_that_is_inverted_has_no_bits_behind_its_lanes(VectorTier tier)
    {
        // !(a == 0 && a >= b): what one vector keeps must not show among the records of the next.
        QueryProgram query = SampleQuery.Verify(
            SampleQuery.Filter([
                Load(MemorySize.DoubleWord, R2, 0, isSigned: false), Load(MemorySize.DoubleWord, R3, 16, isSigned: false),
                Programs.Move(R0, 1),
                Instruction.Jump64(JumpOperation.SignedLess, R2, R3, 2), Instruction.Jump64(JumpOperation.NotEqual, R2, 0, 1), Programs.Move(R0, 0),
                Instruction.Exit]),
            reduce: null);
        using QueryRunner runner = CompiledQuery.Compile(query, tier).CreateRunner(SampleQuery.NoParameters(query));
        using RecordBatch batch = new(SampleRow.Layout, SampleRow.AllFields, 64) { Count = 64 };
        batch.Values<long>(0)[5] = 1;
        Assert.Equal(1, runner.Filter(batch));
        Assert.Equal([5], runner.Selection.ToArray());
    }

    [Theory]
    [InlineData(VectorTier.Scalar)]
    [InlineData(VectorTier.Vector128)]
    [InlineData(VectorTier.Vector256)]
    [InlineData(VectorTier.Vector512)]
    public void Accumulators_are_emptied_before_they_can_overflow(VectorTier tier)
    {
        // sum += a, sum -= d << 17, unsigned_sum += b, count += a > 0, over more records than accumulators take.
        const int Records = 70_001;
        QueryProgram query = SampleQuery.Verify(null, SampleQuery.Reduce([
            Load(MemorySize.DoubleWord, R2, 0, isSigned: false), Load(MemorySize.DoubleWord, R3, 8, isSigned: false),
            Load(MemorySize.Word, R5, 28, isSigned: true), Instruction.Alu64(AluOperation.ShiftLeft, R5, 17),
            .. Programs.LoadMapValue(R9, SampleQuery.ResultsMap, 0),
            .. SampleQuery.Add(0, R2), .. SampleQuery.Add(1, R3),
            Instruction.Load(MemorySize.DoubleWord, R1, R9, 0), Instruction.Alu64(AluOperation.Subtract, R1, R5), Instruction.Store(MemorySize.DoubleWord, R9, 0, R1),
            Instruction.Jump64(JumpOperation.SignedLessOrEqual, R2, 0, 4), Programs.Move(R4, 1), .. SampleQuery.Add(2, R4),
            Programs.Move(R0, 0), Instruction.Exit]));
        using QueryRunner runner = CompiledQuery.Compile(query, tier).CreateRunner(SampleQuery.NoParameters(query));
        using RecordBatch batch = new(SampleRow.Layout, SampleRow.AllFields, Records) { Count = Records };
        batch.Values<long>(0).Fill(long.MaxValue);
        batch.Values<ulong>(1).Fill(ulong.MaxValue);
        batch.Values<int>(3).Fill(int.MinValue);
        runner.Filter(batch);
        runner.Reduce(batch);
        Assert.Equal(
            [Records * ((Int128)long.MaxValue - ((Int128)int.MinValue << 17)), Records * (Int128)ulong.MaxValue, Records],
            runner.Totals[..3].ToArray());
    }

    [Theory]
    [InlineData(VectorTier.Vector128)]
    [InlineData(VectorTier.Vector256)]
    [InlineData(VectorTier.Vector512)]
    public void Narrow_columns_are_compared_in_narrow_lanes(VectorTier tier)
    {
        // h < f && j == 1 && (i + g) & 3, and the minimum and sum of d.
        Program filter = SampleQuery.Filter([
            Load(MemorySize.Byte, R2, 40, isSigned: true), Load(MemorySize.HalfWord, R3, 36, isSigned: true), Load(MemorySize.Byte, R4, 42, isSigned: false),
            Load(MemorySize.Byte, R5, 41, isSigned: false), Load(MemorySize.HalfWord, R6, 38, isSigned: false),
            Programs.Move(R0, 0),
            Instruction.Jump64(JumpOperation.SignedGreaterOrEqual, R2, R3, 4), Instruction.Jump64(JumpOperation.NotEqual, R4, 1, 3),
            Instruction.Alu64(AluOperation.Add, R5, R6), Instruction.Jump64(JumpOperation.BitsSet, R5, 3, 1),
            Instruction.Exit, Programs.Move(R0, 1), Instruction.Exit]);
        Program reduce = SampleQuery.Reduce([
            Load(MemorySize.Word, R2, 28, isSigned: true), Load(MemorySize.Word, R3, 32, isSigned: false), .. Programs.LoadMapValue(R9, SampleQuery.ResultsMap, 0),
            .. SampleQuery.Add(0, R2), .. SampleQuery.Add(1, R3),
            Instruction.Load(MemorySize.Word, R1, R9, 40), Instruction.Alu64(AluOperation.Or, R1, R3), Instruction.Store(MemorySize.Word, R9, 40, R1),
            Programs.Move(R0, 0), Instruction.Exit]);
        QueryProgram query = SampleQuery.Verify(filter, reduce);
        using SampleBatches batches = new();
        CompiledQuery compiled = Compare(query, tier, batches.Some(new Random(3)), seed: 0);
        Assert.Equal((4 << (int)tier) / sizeof(int) * 2, compiled.FilterEngine.Lanes);
        Assert.Equal(compiled.FilterEngine.Lanes, compiled.ReduceEngine.Lanes);
    }

    [Theory]
    [InlineData(VectorTier.Vector128, 4)]
    [InlineData(VectorTier.Vector256, 4)]
    [InlineData(VectorTier.Vector512, 4)]
    [InlineData(VectorTier.Vector128, 8)]
    [InlineData(VectorTier.Vector256, 8)]
    [InlineData(VectorTier.Vector512, 8)]
    public void Ranges_are_told_at_the_ends_of_their_lanes(VectorTier tier, int laneBytes)
    {
        // A column between two limits, each at an end of 32 bits or in the middle, and records on both sides of each.
        bool isNarrow = laneBytes == sizeof(int);
        int[] limits = [int.MinValue + 1, int.MinValue + 2, -1, 0, 1, 700, int.MaxValue - 1, int.MaxValue];
        long[] values = [.. limits.SelectMany(limit => (long[])[limit - 1L, limit, isNarrow ? limit : limit + 1L]), isNarrow ? int.MinValue : long.MinValue, isNarrow ? 0 : long.MaxValue];
        using RecordBatch batch = new(SampleRow.Layout, SampleRow.AllFields, 64) { Count = 64 };
        for (int record = 0; record < 64; record++)
        {
            batch.Values<long>(0)[record] = values[record % values.Length];
            batch.Values<int>(3)[record] = (int)values[record % values.Length];
        }

        foreach (int least in limits)
        {
            foreach (int end in limits)
            {
                Program filter = SampleQuery.Filter([
                    isNarrow ? Load(MemorySize.Word, R2, 28, isSigned: true) : Load(MemorySize.DoubleWord, R2, 0, isSigned: false),
                    Programs.Move(R0, 0),
                    Instruction.Jump64(JumpOperation.SignedLess, R2, least, 2), Instruction.Jump64(JumpOperation.SignedGreaterOrEqual, R2, end, 1), Programs.Move(R0, 1),
                    Instruction.Exit]);
                CompiledQuery compiled = Compare(SampleQuery.Verify(filter, reduce: null), tier, [batch], seed: 0);

                // Between limits that are the wrong way round lies nothing, which needs no lanes to be known.
                Assert.True(least >= end || compiled.FilterEngine.Lanes == (8 << (int)tier) / laneBytes, $"{compiled.FilterEngine.Lanes} lanes");
            }
        }
    }

    [Theory]
    [InlineData(VectorTier.Vector128)]
    [InlineData(VectorTier.Vector256)]
    [InlineData(VectorTier.Vector512)]
    public void Filters_over_doubles_keep_what_the_interpreter_keeps(VectorTier tier)
    {
        (HelperSignature Compute, HelperSignature Compare)[] pairs = [.. new[] { Float64Helpers.Add, Float64Helpers.Subtract, Float64Helpers.Multiply, Float64Helpers.Divide }
            .SelectMany(compute => new[] { Float64Helpers.Equal, Float64Helpers.Less, Float64Helpers.LessOrEqual }.Select(compare => (compute, compare)))];
        foreach ((HelperSignature compute, HelperSignature compare) in pairs)
        {
            // compare(compute(a, (double)d), b): the bits of a and b are any doubles', NaNs among them.
            QueryProgram query = SampleQuery.Verify(
                SampleQuery.Filter([
                    Load(MemorySize.DoubleWord, R6, 0, isSigned: false), Load(MemorySize.DoubleWord, R7, 8, isSigned: false),
                    Load(MemorySize.Word, R1, 28, isSigned: true), Instruction.CallHelper(Float64Helpers.FromSigned.Number),
                    Programs.Move(R1, R6), Programs.Move(R2, R0), Instruction.CallHelper(compute.Number),
                    Programs.Move(R1, R0), Programs.Move(R2, R7), Instruction.CallHelper(compare.Number), Instruction.Exit]),
                reduce: null);
            CompiledQuery compiled = CompiledQuery.Compile(query, tier);
            using InterpretedRunner interpreted = new(query, SampleQuery.NoParameters(query));
            using QueryRunner vectors = compiled.CreateRunner(SampleQuery.NoParameters(query));
            Assert.Null(compiled.FilterEngine.Obstacle);
            Random random = new(1);
            for (int round = 0; round < 10; round++)
            {
                using RecordBatch batch = SampleRow.Batch(random, capacity: 96, count: 96);
                for (int record = 0; record < 96; record++)
                {
                    batch.Values<ulong>(1)[record] = BitConverter.DoubleToUInt64Bits(random.Next(3) switch
                    {
                        0 => BitConverter.Int64BitsToDouble(batch.Values<long>(0)[record]),
                        1 => batch.Values<int>(3)[record],
                        _ => BitConverter.UInt64BitsToDouble(batch.Values<ulong>(1)[record]),
                    });
                    batch.Values<int>(3)[record] *= random.Next(2);
                }

                Assert.Equal(interpreted.Filter(batch), vectors.Filter(batch));
                Assert.Equal(interpreted.Selection.ToArray(), vectors.Selection.ToArray());
            }
        }
    }

    [Fact]
    public void A_program_that_is_not_straight_runs_scalar_and_says_why()
    {
        QueryProgram query = SampleQuery.Verify(
            SampleQuery.Filter([
                Programs.Move(R0, 0), Instruction.Alu64(AluOperation.Add, R0, 1),
                new Instruction(Opcode.Jump(InstructionClass.Jump, JumpOperation.MayGoto, fromRegister: false), default, default, 1, 0), Instruction.Goto(-3),
                Instruction.Exit]),
            reduce: null);
        CompiledQuery compiled = CompiledQuery.Compile(query);
        Assert.Equal(VectorTier.Scalar, compiled.FilterEngine.Tier);
        Assert.Contains("may_goto", compiled.FilterEngine.Obstacle, StringComparison.Ordinal);
    }

    private static Instruction Load(MemorySize size, Register target, short offset, bool isSigned) => isSigned
        ? Instruction.Load(size, target, R1, offset) with { Opcode = Opcode.Memory(InstructionClass.LoadX, MemoryMode.SignExtendingMemory, size) }
        : Instruction.Load(size, target, R1, offset);

    private static CompiledQuery Compare(QueryProgram query, VectorTier tier, IEnumerable<RecordBatch> batches, int seed)
    {
        ParameterValues none = SampleQuery.NoParameters(query);
        CompiledQuery compiled = CompiledQuery.Compile(query, tier);
        using InterpretedRunner interpreted = new(query, none);
        using QueryRunner vectors = compiled.CreateRunner(none);
        foreach (RecordBatch batch in batches)
        {
            foreach (QueryRunner runner in (QueryRunner[])[interpreted, vectors])
            {
                runner.Filter(batch);
                runner.Reduce(batch);
            }

            string name = $"seed {seed}, {batch.Count} records, {tier}";
            int[] expected = interpreted.Selection.ToArray();
            int[] kept = vectors.Selection.ToArray();
            Assert.True(
                expected.AsSpan().SequenceEqual(kept),
                $"{name}: {string.Join(' ', expected.Except(kept))} are dropped, {string.Join(' ', kept.Except(expected))} kept by {Form(query.Filter)}");
            Assert.True(vectors.Totals.SequenceEqual(interpreted.Totals), $"{name}: {Text(interpreted)} is not {Text(vectors)} by {Form(query.Reduce)}");
        }

        return compiled;
    }

    private static string Form(VerifiedProgram? program) =>
        program is null ? "" : string.Join('\n', Introspection.StraightForm.Of(program, default).Lines);

    private static string Text(QueryRunner runner) => string.Join(' ', runner.Totals.ToArray());

    private static Program InAnyLayout(Program program, Random random) =>
        random.Next(2) == 0 ? program : program with { Code = BlockShuffle.Shuffle(program.Code, random) };
}
