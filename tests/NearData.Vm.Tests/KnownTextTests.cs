using System.Text;
using NearData.Isa.Objects;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Memory;

namespace NearData.Vm.Tests;

/// <summary>Filters over texts that are known: what is said of a text must be so of each record that holds it.</summary>
public sealed unsafe class KnownTextTests
{
    /// <summary>Parts of filters; <c>r->s</c> is a text, <c>r->t</c> one that may be null, <c>r->n</c> a number.</summary>
    private static readonly string[] Conditions =
    [
        "nd_str_eq(r->s, ND_TEXT(\"ab\"))",
        "nd_str_eq(r->s, ND_TEXT_OF(wanted))",
        "nd_str_eq(r->s, r->t.value)",
        "nd_str_cmp(r->s, ND_TEXT(\"b\")) < 0",
        "nd_str_cmp(r->t.value, ND_TEXT_OF(wanted)) >= 0",
        "nd_str_starts(r->s, ND_TEXT(\"a\"))",
        "nd_str_ends(r->t.value, ND_TEXT(\"c\"))",
        "nd_str_contains(r->s, ND_TEXT(\"bc\"))",
        "nd_str_like(r->s, ND_TEXT(\"a%b_\"))",
        "nd_str_like(r->t.value, ND_TEXT(\"%c\"))",
        "r->t.valid",
        "r->s.len > 2",
        "r->s.len == r->t.value.len",
        "(r->s.len > 1 && r->s.data[1] == 'b')",
        "(r->s.len > 3 && r->s.data[3] == r->s.data[0])",
        "r->n < 5",
    ];

    [FactNeeding(Needs.Clang19)]
    public void A_text_that_is_dropped_or_kept_is_so_in_every_record()
    {
        Random random = new(11);
        Dictionary<FilterOutcome, int> outcomes = [];
        for (int number = 0; number < 40; number++)
        {
            string condition = Condition(random, depth: 2);
            QueryProgram query = Query(condition);
            ParameterValues parameters = ParameterValues.Bind(
                query, new Dictionary<string, ParameterValue>(StringComparer.Ordinal) { ["wanted"] = new ParameterValue.Text([.. Encoding.ASCII.GetBytes(Word(random))]) });
            FilterAnalysis analysis = new(query.Filter!, parameters.ToArray(), HelperAnswers.Of);
            using QueryRunner runner = RunnerKinds.Create(RunnerKind.Interpreted, query, parameters);
            for (int text = 0; text < 12; text++)
            {
                string s = Word(random);
                string? t = random.Next(4) == 0 ? null : Word(random);
                bool isOtherKnown = random.Next(2) == 0;
                FilterOutcome outcome = analysis.Decide(Known(s, isOtherKnown, t));
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                foreach (bool isKept in Results(runner, s, isOtherKnown ? [t] : [null, "", "ab", "c", "abc", Word(random)]))
                {
                    Assert.True(outcome == FilterOutcome.Unknown || isKept == (outcome == FilterOutcome.KeepsAll), $"{condition}, '{s}', '{t}': {outcome}");
                }
            }
        }

        Assert.True(outcomes[FilterOutcome.DropsAll] > 60 && outcomes[FilterOutcome.KeepsAll] > 60, string.Join(", ", outcomes));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("nd_str_eq(r->s, ND_TEXT_OF(wanted))", "ab", FilterOutcome.KeepsAll)]
    [InlineData("nd_str_eq(r->s, ND_TEXT_OF(wanted))", "abc", FilterOutcome.DropsAll)]
    [InlineData("nd_str_like(r->s, ND_TEXT(\"a%\"))", "abc", FilterOutcome.KeepsAll)]
    [InlineData("(r->s.len > 1 && r->s.data[1] == 'b')", "ab", FilterOutcome.KeepsAll)]
    [InlineData("(r->s.len > 1 && r->s.data[1] == 'b')", "a", FilterOutcome.DropsAll)]
    [InlineData("nd_str_eq(r->s, r->t.value)", "ab", FilterOutcome.Unknown)]
    public void A_text_decides_what_depends_on_it_alone(string condition, string text, FilterOutcome expected)
    {
        QueryProgram query = Query(condition);
        ParameterValues parameters = ParameterValues.Bind(
            query, new Dictionary<string, ParameterValue>(StringComparer.Ordinal) { ["wanted"] = new ParameterValue.Text([.. "ab"u8]) });

        Assert.Equal(expected, new FilterAnalysis(query.Filter!, parameters.ToArray(), HelperAnswers.Of).Decide(Known(text, isOtherKnown: false, null)));
        Assert.Equal(FilterOutcome.Unknown, new FilterAnalysis(query.Filter!, parameters.ToArray(), HelperAnswers.Of).Decide(new Dictionary<int, FieldRange>()));
    }

    private static QueryProgram Query(string condition)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(
            $$"""
            #include <neardata.h>
            struct row { struct nd_str s; ND_NULLABLE(struct nd_str) t; __u32 n; };
            const volatile char wanted[4];
            SEC("filter") int keep(const struct row *r) { return {{condition}}; }
            """));
        return new QueryProgram(ProgramVerifier.Verify(read.Filter!), reduce: null, read.Parameters);
    }

    private static string Condition(Random random, int depth) => depth == 0 || random.Next(3) == 0
        ? (random.Next(3) == 0 ? "!" : "") + "(" + Conditions[random.Next(Conditions.Length)] + ")"
        : $"({Condition(random, depth - 1)} {(random.Next(2) == 0 ? "&&" : "||")} {Condition(random, depth - 1)})";

    private static Dictionary<int, FieldRange> Known(string s, bool isOtherKnown, string? t)
    {
        Dictionary<int, FieldRange> ranges = new() { [0] = FieldRange.Of(Encoding.ASCII.GetBytes(s)) };
        if (isOtherKnown)
        {
            ranges[1] = t is null ? FieldRange.Null : FieldRange.Of(Encoding.ASCII.GetBytes(t));
        }

        return ranges;
    }

    /// <summary>Whether the filter keeps a record, for each other text and for numbers on both sides of five.</summary>
    private static List<bool> Results(QueryRunner runner, string s, string?[] others)
    {
        using AlignedMemory memory = new(1024);
        int used = 0;
        List<bool> results = [];
        using RecordBatch batch = new(runner.Query.Row, Enumerable.Range(0, runner.Query.Row.Fields.Length), 1) { Count = 1 };
        foreach (string? other in others)
        {
            foreach (uint n in new uint[] { 3, 8 })
            {
                batch.Values<TextValue>(0)[0] = Place(s);
                batch.Values<TextValue>(1)[0] = other is null ? default : Place(other);
                batch.Validity(1)[0] = (byte)(other is null ? 0 : 1);
                batch.Values<uint>(2)[0] = n;
                results.Add(runner.Filter(batch) == 1);
            }
        }

        return results;

        TextValue Place(string text)
        {
            Encoding.ASCII.GetBytes(text, memory.Slice(used, text.Length));
            used += text.Length;
            return new TextValue(text.Length, (nint)memory.Start + used - text.Length);
        }
    }

    private static string Word(Random random) => new([.. Enumerable.Range(0, random.Next(5)).Select(_ => "abc"[random.Next(3)])]);
}
