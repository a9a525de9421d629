using System.Text;
using NearData.Isa.Objects;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Memory;

namespace NearData.Vm.Tests;

/// <summary>Fields of text in both engines, against C#.</summary>
public sealed unsafe class TextColumnTests : IDisposable
{
    private const int Records = 2000;

    private const string Source = """
        #include <neardata.h>
        struct row { struct nd_str s; ND_NULLABLE(struct nd_str) t; __u32 n; };
        struct {
            __u64 equal ND_SUM, same ND_SUM, less ND_SUM, starts ND_SUM, ends ND_SUM, contains ND_SUM, like ND_SUM, nulls ND_SUM, bytes ND_SUM,
                third ND_SUM, rest ND_SUM, all ND_SUM, copied ND_SUM, answered ND_SUM, refused ND_SUM;
        } result SEC(".bss.results");
        SEC("reduce") int add(const struct row *r)
        {
            result.equal += nd_str_eq(r->s, ND_TEXT("ab"));
            result.same += nd_str_eq(r->s, r->t.value);
            result.less += nd_str_cmp(r->s, r->t.value) < 0;
            result.starts += nd_str_starts(r->s, ND_TEXT("ab"));
            result.ends += nd_str_ends(r->s, r->t.value);
            result.contains += nd_str_contains(r->s, r->t.value);
            result.like += nd_str_like(r->s, ND_TEXT("a%b_"));
            result.nulls += !r->t.valid;
            result.bytes += r->s.len;
            if (r->s.len > 2) {
                struct nd_str rest = { r->s.len - 2, r->s.data + 2 };
                result.third += (__u8)r->s.data[2];
                result.rest += nd_str_eq(rest, ND_TEXT("b"));
            }
        #pragma unroll
            for (__u64 i = 0; i < 8; i++)
                if (r->s.len > i) result.all += (__u8)r->s.data[i];
            char copy[3];
            __s64 answer = nd_str_copy(copy, r->s);
            result.copied += (__u8)copy[0] | (__u64)(__u8)copy[1] << 8 | (__u64)(__u8)copy[2] << 16;
            result.answered += answer > 0 ? answer : 0;
            result.refused += answer < 0;
            return 0;
        }
        """;

    private readonly List<AlignedMemory> _texts = [];

    public void Dispose() => _texts.ForEach(text => text.Dispose());

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(RunnerKind.Interpreted)]
    [InlineData(RunnerKind.Compiled)]
    [InlineData(RunnerKind.Guarded)]
    public void Texts_are_compared_and_looked_into_as_in_CSharp(RunnerKind kind)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(Source));
        QueryProgram query = new(filter: null, ProgramVerifier.Verify(read.Reduce!), read.Parameters);
        using QueryRunner runner = RunnerKinds.Create(kind, query);
        using RecordBatch batch = new(query.Row, [0, 1], Records) { Count = Records };
        Random random = new(3);
        (string S, string? T)[] rows = [.. Enumerable.Range(0, Records).Select(_ => (Word(random), random.Next(5) == 0 ? null : Word(random)))];
        for (int record = 0; record < Records; record++)
        {
            batch.Values<TextValue>(0)[record] = Place(rows[record].S);
            batch.Values<TextValue>(1)[record] = rows[record].T is { } text ? Place(text) : default;
            batch.Validity(1)[record] = (byte)(rows[record].T is null ? 0 : 1);
        }

        runner.Filter(batch);
        runner.Reduce(batch);

        long Count(Func<string, string, bool> holds) => rows.LongCount(row => holds(row.S, row.T ?? ""));
        Assert.Equal(
            [
                Count((s, _) => s == "ab"),
                Count((s, t) => s == t),
                Count((s, t) => string.CompareOrdinal(s, t) < 0),
                Count((s, _) => s.StartsWith("ab", StringComparison.Ordinal)),
                Count((s, t) => s.EndsWith(t, StringComparison.Ordinal)),
                Count((s, t) => s.Contains(t, StringComparison.Ordinal)),
                Count((s, _) => s.Length >= 3 && s[0] == 'a' && s[^2] == 'b'),
                rows.LongCount(row => row.T is null),
                rows.Sum(row => row.S.Length),
                rows.Sum(row => row.S.Length > 2 ? row.S[2] : 0),
                Count((s, _) => s.Length == 3 && s[2] == 'b'),
                rows.Sum(row => row.S.Sum(letter => letter)),
                rows.Sum(row => row.S.Take(3).Select((letter, place) => (long)letter << (8 * place)).Sum()),
                rows.Sum(row => row.S.Length <= 3 ? row.S.Length : 0),
                Count((s, _) => s.Length > 3),
            ],
            runner.Totals.ToArray().Select(total => (long)total));
    }

    private static string Word(Random random) => new([.. Enumerable.Range(0, random.Next(6)).Select(_ => "abc"[random.Next(3)])]);

    // Each in memory of its own, so that a byte beside it is none of its.
    private TextValue Place(string text)
    {
        AlignedMemory memory = new(text.Length);
        _texts.Add(memory);
        Encoding.ASCII.GetBytes(text, memory.Slice(0, text.Length));
        return new TextValue(text.Length, (nint)memory.Start);
    }
}
