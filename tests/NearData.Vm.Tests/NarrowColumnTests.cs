using System.Collections.Concurrent;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using Xunit.Abstractions;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests;

/// <summary>Columns of 64-bit integers whose values come in 32 bits mean the same to every engine as those that come in 64.</summary>
public sealed class NarrowColumnTests(ITestOutputHelper output)
{
    private const int Capacity = 100;

    private static readonly int[] WideFields = [0, 1, SampleRow.Nullable];

    private static readonly VectorTier[] Tiers = [VectorTier.Scalar, VectorTier.Vector128, VectorTier.Vector256, VectorTier.Vector512];

    [Fact]
    public void Random_programs_over_narrow_columns_do_what_the_interpreter_does_over_wide_ones()
    {
        int first = LongRun.First;
        int pairs = LongRun.Count(usual: 3_000, thorough: 300_000);
        int narrower = 0;
        int taken = 0;
        RunProgress progress = new("queries of two programs");
        Parallel.ForEach(Partitioner.Create(first, first + pairs, 50), range =>
        {
            for (int seed = range.Item1; seed < range.Item2; seed++)
            {
                Random random = new(seed);
                if (!ProgramVerifier.TryVerify(RandomProgram.Filter(random), out VerifiedProgram? filter, out _)
                    || !ProgramVerifier.TryVerify(RandomProgram.Reduce(random), out VerifiedProgram? reduce, out _))
                {
                    continue;
                }

                QueryProgram query = new(random.Next(4) == 0 ? null : filter, reduce, []);
                CompiledQuery compiled = CompiledQuery.Compile(query, Tiers[seed % Tiers.Length]);
                NarrowColumns columns = SomeColumns(random);
                using QueryRunner vectors = Compare(compiled, columns, random, seed);
                Interlocked.Add(ref taken, vectors.Narrow.IsEmpty ? 0 : 1);
                Interlocked.Add(ref narrower, LaneBits(query.Reduce!, columns) < LaneBits(query.Reduce!, NarrowColumns.None) ? 1 : 0);
            }

            progress.Add(range.Item2 - range.Item1);
        });

        output.WriteLine($"{taken} of {pairs} pairs take narrow columns, from seed {first}; {narrower} reductions have narrower lanes by them");
        Assert.InRange(taken, pairs / 4, pairs);
        Assert.InRange(narrower, pairs / 100, pairs);
    }

    [Theory]
    [InlineData(VectorTier.Vector128)]
    [InlineData(VectorTier.Vector256)]
    [InlineData(VectorTier.Vector512)]
    public void Products_that_fit_32_bits_are_added_up_exactly_past_them(VectorTier tier)
    {
        // sum += a * c, of which each is just below 2^31, and count += a > 5.
        QueryProgram query = SampleQuery.Verify(null, SampleQuery.Reduce([
            Instruction.Load(MemorySize.DoubleWord, R2, R1, 0), Instruction.Load(MemorySize.DoubleWord, R3, R1, 16),
            Instruction.Alu64(AluOperation.Multiply, R3, R2),
            .. Programs.LoadMapValue(R9, SampleQuery.ResultsMap, 0), .. SampleQuery.Add(0, R3),
            Instruction.Jump64(JumpOperation.SignedLessOrEqual, R2, 5, 4), Programs.Move(R4, 1), .. SampleQuery.Add(2, R4),
            Programs.Move(R0, 0), Instruction.Exit]));
        NarrowColumns columns = NarrowColumns.Of(SampleRow.Layout, [new(0, new(3, 60_000)), new(SampleRow.Nullable, new(0, 30_000))]);
        const int Records = 40_003;
        using RecordBatch batch = new(SampleRow.Layout, SampleRow.AllFields, Records, narrow: columns) { Count = Records };
        batch.Validity(SampleRow.Nullable).Fill(1);
        foreach ((int field, int value) in ((int, int)[])[(0, 65_535), (SampleRow.Nullable, 32_767)])
        {
            batch.Narrow(field)!.Values.Fill(value);
            batch.Narrow(field)!.IsUsed = true;
        }

        CompiledQuery compiled = CompiledQuery.Compile(query, tier);
        ParameterValues none = SampleQuery.NoParameters(query);
        using QueryRunner runner = compiled.CreateRunner(none, records: CompiledQuery.SpecializedRecords, narrow: columns);
        runner.Filter(batch);
        runner.Reduce(batch);
        Assert.Equal(1 << (int)tier, compiled.ReduceEngine.Lanes);
        Assert.Equal(compiled.ReduceEngine.Lanes, compiled.EnginesFor(none, CompiledQuery.SpecializedRecords - 1, columns).Reduce.Lanes);
        Assert.Equal(2 * compiled.ReduceEngine.Lanes, compiled.EnginesFor(none, CompiledQuery.SpecializedRecords, columns).Reduce.Lanes);
        Assert.Equal([Records * (Int128)65_535 * 32_767, Records], (Int128[])[runner.Totals[0], runner.Totals[2]]);
    }

    [Fact]
    public void Ranges_are_rounded_up_to_powers_of_two_and_kept_where_32_bits_hold_them()
    {
        NarrowColumns columns = NarrowColumns.Of(SampleRow.Layout, [
            new(0, new(7, 10_494_950)), new(1, new(0, 0)), new(SampleRow.Nullable, new(-129, 5)), new(3, new(0, 1))]);
        Assert.Equal(
            [(0, new(0, (1 << 24) - 1)), (1, new(0, 0)), (2, new(-256, 255))],
            columns.Fields.Select(field => (field, columns.RangeOf(field)!.Value)));
        Assert.Equal([1], NarrowColumns.Of(SampleRow.Layout, [new(0, new(0, 1L << 31)), new(1, new(int.MinValue, int.MaxValue)), new(2, new(int.MinValue - 1L, 0))]).Fields);
    }

    private static int LaneBits(VerifiedProgram program, NarrowColumns columns) => Introspection.StraightForm.Of(program, default, columns).LaneBits;

    /// <summary>Runs a query over batches whose columns come narrow, or some of them, and over the same in 64 bits.</summary>
    private static QueryRunner Compare(CompiledQuery compiled, NarrowColumns columns, Random random, int seed)
    {
        ParameterValues none = SampleQuery.NoParameters(compiled.Query);
        using InterpretedRunner wide = new(compiled.Query, none);
        using InterpretedRunner interpreted = new(compiled.Query, none);
        QueryRunner vectors = compiled.CreateRunner(none, records: CompiledQuery.SpecializedRecords, narrow: columns);
        foreach (int count in (int[])[Capacity, random.Next(Capacity), 1])
        {
            using RecordBatch plain = SampleRow.Batch(random, Capacity, count);
            using RecordBatch narrow = Narrowed(plain, columns, random);
            int candidates = random.Next(4) == 0 ? random.Next(count + 1) : count;
            foreach ((QueryRunner runner, RecordBatch batch) in ((QueryRunner, RecordBatch)[])[(wide, plain), (interpreted, narrow), (vectors, narrow)])
            {
                Run(runner, batch, candidates);
            }

            foreach (QueryRunner runner in (QueryRunner[])[interpreted, vectors])
            {
                string name = $"seed {seed}, {count} records, {runner.GetType().Name}";
                Assert.True(wide.Selection.SequenceEqual(runner.Selection), $"{name}: {string.Join(' ', wide.Selection.ToArray())} is not {string.Join(' ', runner.Selection.ToArray())}");
                Assert.True(wide.Totals.SequenceEqual(runner.Totals), $"{name}: {string.Join(' ', wide.Totals.ToArray())} is not {string.Join(' ', runner.Totals.ToArray())}");
            }
        }

        return vectors;
    }

    private static void Run(QueryRunner runner, RecordBatch batch, int candidates)
    {
        if (candidates == batch.Count || runner.Query.Filter is null)
        {
            runner.Filter(batch);
        }
        else
        {
            for (int record = 0; record < candidates; record++)
            {
                runner.Candidates(batch)[record] = record;
            }

            runner.Filter(batch, candidates);
        }

        runner.Reduce(batch);
    }

    /// <summary>Cuts values down to the ranges of columns, and gives the same batch with them in 32 bits; sometimes one column of them stays in 64.</summary>
    private static RecordBatch Narrowed(RecordBatch plain, NarrowColumns columns, Random random)
    {
        RecordBatch narrow = new(SampleRow.Layout, SampleRow.AllFields, Capacity, narrow: columns) { Count = plain.Count };
        int left = random.Next(6);
        foreach (int field in SampleRow.AllFields)
        {
            if (columns.RangeOf(field) is { } range)
            {
                foreach (ref long value in plain.Values<long>(field))
                {
                    value = range.Contains(value) ? value : range.Minimum + (long)((ulong)value % (ulong)(range.Maximum - range.Minimum + 1));
                }

                for (int record = 0; field == SampleRow.Nullable && record < plain.Count; record++)
                {
                    plain.Values<long>(field)[record] *= plain.Validity(field)[record];
                }
            }

            if (columns.RangeOf(field) is null || field == left)
            {
                Copy(plain, narrow, field);
            }
            else
            {
                // What there is in 64 bits is of another batch, and nobody's to look at.
                narrow.Values<long>(field).Fill(0x5555_5555_5555_5555);
                narrow.Narrow(field)!.IsUsed = true;
                for (int record = 0; record < plain.Count; record++)
                {
                    narrow.Narrow(field)!.Values[record] = (int)plain.Values<long>(field)[record];
                }
            }
        }

        plain.Validity(SampleRow.Nullable).CopyTo(narrow.Validity(SampleRow.Nullable));
        return narrow;
    }

    private static void Copy(RecordBatch from, RecordBatch to, int field)
    {
        switch (SampleRow.Layout.Fields[field].Type.Size())
        {
            case 1:
                from.Values<byte>(field).CopyTo(to.Values<byte>(field));
                break;
            case 2:
                from.Values<short>(field).CopyTo(to.Values<short>(field));
                break;
            case 4:
                from.Values<int>(field).CopyTo(to.Values<int>(field));
                break;
            default:
                from.Values<long>(field).CopyTo(to.Values<long>(field));
                break;
        }
    }

    private static NarrowColumns SomeColumns(Random random) => NarrowColumns.Of(
        SampleRow.Layout,
        [.. WideFields.Where(_ => random.Next(4) > 0).Select(field =>
        {
            long most = (1L << random.Next(32)) - 1;
            return KeyValuePair.Create(field, new NumberRange(random.Next(2) == 0 ? 0 : ~most, most));
        })]);
}
