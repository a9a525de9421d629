using System.Text;
using NearData.Isa.Objects;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Memory;

namespace NearData.Vm.Tests;

/// <summary>Filters over texts and doubles of which bounds are known: what is said of a range must be so of each record that lies in it.</summary>
public sealed unsafe class RangedTextTests
{
    /// <summary>Parts of filters; <c>r->s</c> is a text, <c>r->t</c> one that may be null, <c>r->x</c> a double, <c>r->y</c> one that may be null.</summary>
    private static readonly string[] Conditions =
    [
        "nd_str_eq(r->s, ND_TEXT(\"ab\"))",
        "nd_str_eq(ND_TEXT(\"b\"), r->s)",
        "nd_str_eq(r->s, r->t.value)",
        "nd_str_cmp(r->s, ND_TEXT(\"b\")) < 0",
        "nd_str_cmp(r->s, ND_TEXT(\"ab\")) <= 0",
        "nd_str_cmp(ND_TEXT(\"ba\"), r->t.value) < 0",
        "nd_str_cmp(r->s, r->t.value) >= 0",
        "(r->t.valid && nd_str_cmp(r->t.value, ND_TEXT(\"ab\")) < 0)",
        "nd_str_starts(r->s, ND_TEXT(\"a\"))",
        "nd_str_starts(r->t.value, ND_TEXT(\"bc\"))",
        "nd_str_starts(r->s, ND_TEXT(\"\\xff\"))",
        "nd_str_ends(r->t.value, ND_TEXT(\"c\"))",
        "nd_str_like(r->s, ND_TEXT(\"a%\"))",
        "nd_str_like(r->s, ND_TEXT(\"ab_%\"))",
        "nd_str_like(r->s, ND_TEXT(\"b\"))",
        "nd_str_like_escape(r->s, ND_TEXT(\"a!%%\"), '!')",
        "nd_str_like_escape(r->s, ND_TEXT(\"%a\"), '%')",
        "nd_str_like_escape(r->s, ND_TEXT(\"ab!\"), '!')",
        "r->t.valid",
        "r->s.len > 1",
        "nd_f64_lt(r->x, ND_F64(0.0))",
        "nd_f64_le(ND_F64(-1.5), r->x)",
        "nd_f64_eq(r->x, ND_F64(0.0))",
        "nd_f64_lt(r->x, r->y.value)",
        "(r->y.valid && nd_f64_lt(r->y.value, ND_F64(2.0)))",
        "!nd_f64_lt(r->y.value, ND_F64(2.0))",
        "r->x.bits == 0",
    ];

    private static readonly string?[] Words =
    [
        .. from first in (string[])["", "a", "b", "c", "\u007f", "%"] from second in (string[])["", "a", "b", "c"] from third in (string[])["", "c", "\0"] select first + second + third,
    ];

    private static readonly double[] Numbers = [double.NegativeInfinity, -2, -1.5, -double.Epsilon, -0.0, 0, 1, 2, 7.25, double.PositiveInfinity, double.NaN];

    [FactNeeding(Needs.Clang19)]
    public void What_is_said_of_a_range_is_so_in_every_record_that_lies_in_it()
    {
        Random random = new(17);
        Dictionary<FilterOutcome, int> outcomes = [];
        for (int number = 0; number < 90; number++)
        {
            string condition = number < Conditions.Length ? Conditions[number] : Condition(random, depth: 2);
            QueryProgram query = Query(condition);
            ParameterValues parameters = ParameterValues.Bind(query, new Dictionary<string, ParameterValue>(StringComparer.Ordinal));
            FilterAnalysis analysis = new(query.Filter!, parameters.ToArray(), HelperAnswers.Of);
            using QueryRunner runner = RunnerKinds.Create(RunnerKind.Interpreted, query, parameters);
            for (int range = 0; range < 12; range++)
            {
                Row[] rows = [.. Rows(random)];
                FilterOutcome outcome = analysis.Decide(Known(rows, random));
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                bool[] kept = Results(runner, rows);
                for (int row = 0; row < rows.Length; row++)
                {
                    Assert.True(outcome == FilterOutcome.Unknown || kept[row] == (outcome == FilterOutcome.KeepsAll), $"{condition}, {rows[row]}: {outcome}");
                }
            }
        }

        Assert.True(outcomes[FilterOutcome.DropsAll] > 200 && outcomes[FilterOutcome.KeepsAll] > 80, string.Join(", ", outcomes));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("nd_str_eq(r->s, ND_TEXT(\"ab\"))", "b", "bz", FilterOutcome.DropsAll)]
    [InlineData("nd_str_eq(r->s, ND_TEXT(\"ab\"))", "aa", "ac", FilterOutcome.Unknown)]
    [InlineData("nd_str_cmp(r->s, ND_TEXT(\"b\")) < 0", "a", "azz", FilterOutcome.KeepsAll)]
    [InlineData("nd_str_cmp(r->s, ND_TEXT(\"b\")) < 0", "b", "c", FilterOutcome.DropsAll)]
    [InlineData("nd_str_cmp(r->s, ND_TEXT(\"b\")) <= 0", "a", "b", FilterOutcome.KeepsAll)]
    [InlineData("nd_str_cmp(r->s, ND_TEXT(\"b\")) > 0", "b", "c", FilterOutcome.Unknown)]
    [InlineData("nd_str_starts(r->s, ND_TEXT(\"PROMO\"))", "PROMO A", "PROMO Z", FilterOutcome.KeepsAll)]
    [InlineData("nd_str_starts(r->s, ND_TEXT(\"PROMO\"))", "PROMP", "Z", FilterOutcome.DropsAll)]
    [InlineData("nd_str_starts(r->s, ND_TEXT(\"PROMO\"))", "A", "PROMN\u007f", FilterOutcome.DropsAll)]
    [InlineData("nd_str_like(r->s, ND_TEXT(\"PROMO%\"))", "PROMO A", "PROMO Z", FilterOutcome.KeepsAll)]
    [InlineData("nd_str_like(r->s, ND_TEXT(\"PROMO%X_\"))", "PROMO A", "PROMO Z", FilterOutcome.Unknown)]
    [InlineData("nd_str_like(r->s, ND_TEXT(\"PROMO%X_\"))", "Q", "R", FilterOutcome.DropsAll)]
    [InlineData("nd_str_like(r->s, ND_TEXT(\"%PROMO\"))", "Q", "R", FilterOutcome.Unknown)]
    [InlineData("nd_str_like(r->s, ND_TEXT(\"AIR\"))", "AIS", "B", FilterOutcome.DropsAll)]
    public void Bounds_of_texts_decide_what_compares_beginnings(string condition, string least, string greatest, FilterOutcome expected) => Assert.Equal(
        expected,
        Decide(condition, new() { [0] = FieldRange.Of(TextRange.Through(Encoding.UTF8.GetBytes(least), Encoding.UTF8.GetBytes(greatest)), NullPresence.None) }));

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("nd_f64_lt(r->x, ND_F64(1.0))", 1.0, 2.0, true, FilterOutcome.DropsAll)]
    [InlineData("nd_f64_lt(r->x, ND_F64(1.0))", -2.0, 0.5, false, FilterOutcome.KeepsAll)]
    [InlineData("nd_f64_lt(r->x, ND_F64(1.0))", -2.0, 0.5, true, FilterOutcome.Unknown)]
    [InlineData("nd_f64_eq(r->x, ND_F64(-0.0))", 0.0, 0.0, false, FilterOutcome.KeepsAll)]
    [InlineData("nd_f64_eq(r->x, ND_F64(3.0))", 4.0, 9.0, true, FilterOutcome.DropsAll)]
    [InlineData("!nd_f64_le(r->x, ND_F64(9.0))", 4.0, 9.0, false, FilterOutcome.DropsAll)]
    [InlineData("!nd_f64_le(r->x, ND_F64(9.0))", 4.0, 9.0, true, FilterOutcome.Unknown)]
    [InlineData("nd_f64_le(r->x, ND_F64(9.0))", double.NaN, double.NaN, false, FilterOutcome.DropsAll)]
    public void Bounds_of_doubles_decide_comparisons_unless_there_may_be_NaN(string condition, double least, double greatest, bool mayBeNaN, FilterOutcome expected) => Assert.Equal(
        expected,
        Decide(condition, new() { [2] = new FieldRange(Isa.Programs.Float64Order.ToKey(least), Isa.Programs.Float64Order.ToKey(greatest), NullPresence.None) { MayBeNaN = mayBeNaN } }));

    [FactNeeding(Needs.Clang19)]
    public void Texts_that_a_field_is_compared_with_are_found_out()
    {
        QueryProgram query = Query("nd_str_eq(r->s, ND_TEXT(\"ab\")) || nd_str_eq(ND_TEXT(\"c\"), r->s) || nd_str_like(r->s, ND_TEXT(\"d\")) || nd_str_eq(r->t.value, ND_TEXT(\"e\"))");
        FilterAnalysis analysis = new(query.Filter!, default, HelperAnswers.Of);

        Assert.Equal(["ab", "c", "d"], analysis.TextsComparedWith(0).Select(text => Encoding.UTF8.GetString(text.Span)).Order(StringComparer.Ordinal));
        Assert.Equal(["e"], analysis.TextsComparedWith(1).Select(text => Encoding.UTF8.GetString(text.Span)));
    }

    private static FilterOutcome Decide(string condition, Dictionary<int, FieldRange> known) =>
        new FilterAnalysis(Query(condition).Filter!, default, HelperAnswers.Of).Decide(known);

    private static QueryProgram Query(string condition)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(
            $$"""
            #include <neardata.h>
            struct row { struct nd_str s; ND_NULLABLE(struct nd_str) t; nd_f64 x; ND_NULLABLE(nd_f64) y; };
            SEC("filter") int keep(const struct row *r) { return {{condition}}; }
            """));
        return new QueryProgram(ProgramVerifier.Verify(read.Filter!), reduce: null, read.Parameters);
    }

    private static string Condition(Random random, int depth) => depth == 0 || random.Next(3) == 0
        ? (random.Next(3) == 0 ? "!" : "") + "(" + Conditions[random.Next(Conditions.Length)] + ")"
        : $"({Condition(random, depth - 1)} {(random.Next(2) == 0 ? "&&" : "||")} {Condition(random, depth - 1)})";

    /// <summary>Records of few neighbouring values, so that bounds of theirs say something.</summary>
    private static IEnumerable<Row> Rows(Random random)
    {
        string[] words = [.. Words.OfType<string>().Order(StringComparer.Ordinal)];
        (int word, int other, int number, int perhaps) = (random.Next(words.Length), random.Next(words.Length), random.Next(Numbers.Length), random.Next(Numbers.Length));
        (int width, int nulls) = (random.Next(1, 8), random.Next(1, 4));
        for (int row = 0; row < 40; row++)
        {
            yield return new Row(
                words[Math.Min(word + random.Next(width), words.Length - 1)],
                random.Next(nulls) > 0 ? null : words[Math.Min(other + random.Next(width), words.Length - 1)],
                Numbers[Math.Min(number + random.Next(Math.Min(width, 3)), Numbers.Length - 1)],
                random.Next(nulls) > 0 ? null : Numbers[Math.Min(perhaps + random.Next(Math.Min(width, 3)), Numbers.Length - 1)]);
        }
    }

    /// <summary>What statistics could say of the records: bounds, some of them cut off or missing.</summary>
    private static Dictionary<int, FieldRange> Known(Row[] rows, Random random)
    {
        Dictionary<int, FieldRange> known = [];
        Add(0, Texts([.. rows.Select(row => (string?)row.S)], random));
        Add(1, Texts([.. rows.Select(row => row.T)], random));
        Add(2, Doubles([.. rows.Select(row => (double?)row.X)]));
        Add(3, Doubles([.. rows.Select(row => row.Y)]));
        return known;

        void Add(int field, FieldRange? range)
        {
            if (range is { } there && random.Next(5) > 0)
            {
                known.Add(field, there);
            }
        }
    }

    private static FieldRange Texts(string?[] texts, Random random)
    {
        byte[][] present = [.. texts.OfType<string>().Order(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        if (present.Length == 0)
        {
            return FieldRange.Null;
        }

        byte[] least = present[0][..(random.Next(2) == 0 ? present[0].Length : Math.Min(1, present[0].Length))];
        byte[] greatest = [.. present[^1]];
        if (greatest.Length > 1 && random.Next(2) == 0)
        {
            greatest = greatest[..1];
            greatest[0]++;
        }

        return FieldRange.Of(TextRange.Through(least, greatest), texts.Contains(null) ? NullPresence.Some : NullPresence.None);
    }

    private static FieldRange? Doubles(double?[] numbers)
    {
        double[] present = [.. numbers.OfType<double>().Where(number => !double.IsNaN(number)).OrderBy(Isa.Programs.Float64Order.ToKey)];
        NullPresence nulls = numbers.All(number => number is null) ? NullPresence.All : numbers.Contains(null) ? NullPresence.Some : NullPresence.None;
        return nulls == NullPresence.All ? FieldRange.Null
            : present.Length == 0 ? null
            : new FieldRange(Isa.Programs.Float64Order.ToKey(present[0]), Isa.Programs.Float64Order.ToKey(present[^1]), nulls)
            {
                MayBeNaN = numbers.Any(number => number is double.NaN),
            };
    }

    private static bool[] Results(QueryRunner runner, Row[] rows)
    {
        using RecordBatch batch = new(runner.Query.Row, [0, 1, 2, 3], rows.Length) { Count = rows.Length };
        using AlignedMemory bytes = new(rows.Sum(row => row.S.Length + (row.T?.Length ?? 0L)) + 1);
        int end = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            batch.Values<TextValue>(0)[row] = Put(rows[row].S);
            batch.Values<TextValue>(1)[row] = rows[row].T is { } text ? Put(text) : default;
            batch.Validity(1)[row] = (byte)(rows[row].T is null ? 0 : 1);
            batch.Values<double>(2)[row] = rows[row].X;
            batch.Values<double>(3)[row] = rows[row].Y ?? 0;
            batch.Validity(3)[row] = (byte)(rows[row].Y is null ? 0 : 1);
        }

        runner.Filter(batch);
        bool[] kept = new bool[rows.Length];
        foreach (int row in runner.Selection)
        {
            kept[row] = true;
        }

        return kept;

        TextValue Put(string text)
        {
            int length = Encoding.UTF8.GetBytes(text, bytes.Slice(end, (int)bytes.Length - end));
            TextValue value = new(length, (nint)(bytes.Start + end));
            end += length;
            return value;
        }
    }

    private sealed record Row(string S, string? T, double X, double? Y);
}
