using System.Globalization;
using System.Numerics;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.Verifier;
using Xunit.Abstractions;

namespace NearData.Vm.Tests;

/// <summary>Filters over ranges: what is said of a group of records must be so of each.</summary>
public sealed class FilterAnalysisTests(ITestOutputHelper output)
{
    private const int Count = 40;

    [Fact]
    public void No_group_that_is_dropped_holds_a_record_that_the_filter_keeps_nor_the_other_way_round()
    {
        bool isLong = Environment.GetEnvironmentVariable("NEARDATA_LONG") == "1";
        int seed = int.Parse(Environment.GetEnvironmentVariable("NEARDATA_SEED") ?? "0", CultureInfo.InvariantCulture);
        Random random = new(seed);
        Dictionary<FilterOutcome, int> outcomes = [];
        for (int number = 0; number < (isLong ? 100_000 : 1_500); number++)
        {
            if (!ProgramVerifier.TryVerify(RandomProgram.Filter(random), out VerifiedProgram? filter, out _))
            {
                continue;
            }

            QueryProgram query = new(filter, reduce: null, []);
            using InterpretedRunner runner = new(query, SampleQuery.NoParameters(query));
            FilterAnalysis analysis = new(filter, default);
            for (int group = 0; group < 3; group++)
            {
                using RecordBatch batch = Group(random);
                FilterOutcome outcome = analysis.Decide(Ranges(batch, random));
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                int kept = runner.Filter(batch);
                bool holds = outcome == FilterOutcome.Unknown || kept == (outcome == FilterOutcome.DropsAll ? 0 : Count);
                Assert.True(holds, $"seed {seed}, program {number}: {outcome}, but {kept} of {Count} records are kept");
            }
        }

        output.WriteLine($"seed {seed}: {string.Join(", ", outcomes)}");
        Assert.True(outcomes[FilterOutcome.DropsAll] > 20 && outcomes[FilterOutcome.KeepsAll] > 200, string.Join(", ", outcomes));
    }

    [Theory]
    [InlineData(8036, 8765, NullPresence.None, FilterOutcome.DropsAll)]
    [InlineData(9131, 10561, NullPresence.None, FilterOutcome.DropsAll)]
    [InlineData(8766, 9130, NullPresence.None, FilterOutcome.KeepsAll)]
    [InlineData(8765, 9000, NullPresence.None, FilterOutcome.Unknown)]
    [InlineData(-5, -1, NullPresence.None, FilterOutcome.DropsAll)]
    public void A_range_of_dates_is_dropped_kept_or_read_by_its_ends(int least, int most, NullPresence nulls, FilterOutcome expected)
    {
        // d >= 8766 && d < 9131, as clang writes it: one subtraction and one unsigned comparison.
        FilterAnalysis analysis = Analysis("""
            r0 = 0
            r1 = *(u32 *)(r1+28)
            w1 += -8766
            if w1 > 364 goto +1
            r0 = 1
            exit
            """);
        Assert.Equal(expected, analysis.Decide(Fields((3, new FieldRange(least, most, nulls)))));
    }

    [Theory]
    [InlineData(1, 9, NullPresence.None, FilterOutcome.KeepsAll)]
    [InlineData(1, 9, NullPresence.Some, FilterOutcome.Unknown)]
    [InlineData(1, 9, NullPresence.All, FilterOutcome.DropsAll)]
    [InlineData(-9, -1, NullPresence.Some, FilterOutcome.DropsAll)]
    public void Nulls_count_as_what_programs_see_of_them(long least, long most, NullPresence nulls, FilterOutcome expected)
    {
        FilterAnalysis analysis = Analysis("""
            r0 = 0
            r2 = *(u64 *)(r1+16)
            if r2 s<= 0 goto +1
            r0 = 1
            exit
            """);
        Assert.Equal(expected, analysis.Decide(Fields((SampleRow.Nullable, new FieldRange(least, most, nulls)))));
        FilterAnalysis isNull = Analysis("""
            r0 = *(u8 *)(r1+24)
            r0 ^= 1
            exit
            """);
        FilterOutcome validity = nulls switch
        {
            NullPresence.None => FilterOutcome.DropsAll,
            NullPresence.All => FilterOutcome.KeepsAll,
            _ => FilterOutcome.Unknown,
        };
        Assert.Equal(validity, isNull.Decide(Fields((SampleRow.Nullable, new FieldRange(least, most, nulls)))));
    }

    [Fact]
    public void Whatever_the_bytecode_computes_is_followed()
    {
        // f * h > 1000, both sign-extended.
        FilterAnalysis analysis = Analysis("""
            r0 = 0
            r2 = *(s16 *)(r1+36)
            r3 = *(s8 *)(r1+40)
            r2 *= r3
            if r2 s<= 1000 goto +1
            r0 = 1
            exit
            """);
        Assert.Equal(FilterOutcome.DropsAll, analysis.Decide(Fields((5, new FieldRange(-10, 100, default)), (7, new FieldRange(-9, 10, default)))));
        Assert.Equal(FilterOutcome.KeepsAll, analysis.Decide(Fields((5, new FieldRange(-100, -60, default)), (7, new FieldRange(-90, -20, default)))));
        Assert.Equal(FilterOutcome.Unknown, analysis.Decide(Fields((5, new FieldRange(-10, 100, default)))));
    }

    [Fact]
    public void Parameters_are_known_where_they_are_bound()
    {
        MapDefinition[] maps = [Programs.Array(".bss.results", 48, 1, MapRole.Results), Programs.Array(".rodata", 8, 1, MapRole.ReadOnlyData)];
        Program program = SampleQuery.Filter(Assembler.Assemble(
            """
            r0 = 0
            r2 = *(u64 *)(r1+0)
            r3 = map[1][0]+0
            r3 = *(u64 *)(r3+0)
            if r2 s< r3 goto +1
            r0 = 1
            exit
            """,
            [.. maps])) with { Maps = [.. maps], Parameters = [new ParameterField("least", 0, FieldType.Int64)] };
        VerifiedProgram filter = ProgramVerifier.Verify(program);
        Dictionary<int, FieldRange> fields = Fields((0, new FieldRange(5, 8, default)));
        Assert.Equal(FilterOutcome.Unknown, new FilterAnalysis(filter, default).Decide(fields));
        Assert.Equal(FilterOutcome.DropsAll, new FilterAnalysis(filter, BitConverter.GetBytes(9L)).Decide(fields));
        Assert.Equal(FilterOutcome.KeepsAll, new FilterAnalysis(filter, BitConverter.GetBytes(5L)).Decide(fields));
        Assert.Throws<ArgumentException>(() => new FilterAnalysis(filter, new byte[4]));
    }

    [Fact]
    public void A_filter_that_takes_long_to_follow_is_run_and_decides_again_afterwards()
    {
        // Steps of one or of two, as a column says: no number that moves by a constant stands for the turns.
        FilterAnalysis analysis = Analysis("""
            r2 = *(u64 *)(r1+8)
            r0 = 0
            r3 = r2
            r3 &= 1
            r0 += r3
            r0 += 1
            if r0 >= 30000 goto +1
            if r0 < r2 goto -6
            exit
            """);
        Assert.Equal(FilterOutcome.Unknown, analysis.Decide(Fields((1, new FieldRange(5, ulong.MaxValue, default)))));
        Assert.Equal(FilterOutcome.KeepsAll, analysis.Decide(Fields((1, new FieldRange(5, 50, default)))));
    }

    private static FilterAnalysis Analysis(string code) => new(ProgramVerifier.Verify(SampleQuery.Filter(Assembler.Assemble(code, []))), default);

    private static Dictionary<int, FieldRange> Fields(params (int Field, FieldRange Range)[] ranges) =>
        ranges.ToDictionary(entry => entry.Field, entry => entry.Range);

    /// <summary>Records whose fields each lie near some number, as those of a sorted file do.</summary>
    private static RecordBatch Group(Random random)
    {
        RecordBatch batch = SampleRow.Batch(random, Count, Count);
        Narrow(batch.Values<long>(0), random);
        Narrow(batch.Values<ulong>(1), random);
        Narrow(batch.Values<long>(2), random);
        Narrow(batch.Values<int>(3), random);
        Narrow(batch.Values<uint>(4), random);
        Narrow(batch.Values<short>(5), random);
        Narrow(batch.Values<ushort>(6), random);
        Narrow(batch.Values<sbyte>(7), random);
        Narrow(batch.Values<byte>(8), random);
        int nulls = random.Next(3);
        for (int record = 0; record < Count; record++)
        {
            byte present = (byte)(nulls == 0 ? 1 : nulls == 1 ? 0 : random.Next(2));
            batch.Validity(SampleRow.Nullable)[record] = present;
            batch.Values<long>(SampleRow.Nullable)[record] *= present;
        }

        return batch;
    }

    private static void Narrow<T>(Span<T> values, Random random)
        where T : unmanaged, IBinaryInteger<T>
    {
        T near = values[0];
        int width = random.Next(1, 9);
        foreach (ref T value in values)
        {
            value = near + T.CreateTruncating(random.Next(width));
        }
    }

    /// <summary>What statistics would say; now and then a column has none.</summary>
    private static Dictionary<int, FieldRange> Ranges(RecordBatch batch, Random random)
    {
        (Int128 Least, Int128 Most)[] ends =
        [
            Ends(batch.Values<long>(0)), Ends(batch.Values<ulong>(1)), Ends(Present(batch)), Ends(batch.Values<int>(3)), Ends(batch.Values<uint>(4)),
            Ends(batch.Values<short>(5)), Ends(batch.Values<ushort>(6)), Ends(batch.Values<sbyte>(7)), Ends(batch.Values<byte>(8)), Ends(batch.Values<byte>(9)),
        ];
        int absent = batch.Validity(SampleRow.Nullable)[..Count].Count((byte)0);
        Dictionary<int, FieldRange> ranges = [];
        for (int field = 0; field < ends.Length; field++)
        {
            NullPresence nulls = field != SampleRow.Nullable || absent == 0 ? NullPresence.None : absent == Count ? NullPresence.All : NullPresence.Some;
            if (random.Next(8) > 0)
            {
                ranges[field] = new FieldRange(ends[field].Least, ends[field].Most, nulls);
            }
        }

        return ranges;
    }

    private static long[] Present(RecordBatch batch)
    {
        List<long> present = [];
        for (int record = 0; record < Count; record++)
        {
            if (batch.Validity(SampleRow.Nullable)[record] == 1)
            {
                present.Add(batch.Values<long>(SampleRow.Nullable)[record]);
            }
        }

        return [.. present];
    }

    private static (Int128 Least, Int128 Most) Ends<T>(Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        (Int128 least, Int128 most) = (Int128.MaxValue, Int128.MinValue);
        foreach (T value in values)
        {
            least = Int128.Min(least, Int128.CreateChecked(value));
            most = Int128.Max(most, Int128.CreateChecked(value));
        }

        return (least, most);
    }
}
