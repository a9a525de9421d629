using System.Numerics;
using NearData.Isa.Objects;
using NearData.TestSupport;
using NearData.Verifier;

namespace NearData.Vm.Tests;

/// <summary>128-bit integers in rows, helpers and results, in both engines, against whole numbers of any size.</summary>
public sealed class Int128Tests
{
    private const int Records = 3000;

    private const string Source = """
        #include <neardata.h>
        struct row { __int128 x; ND_NULLABLE(__int128) y; __s64 a, b; };
        struct {
            nd_i128_sum total ND_SUM, product ND_SUM; __int128 least ND_MIN, greatest ND_MAX; __u64 less ND_SUM, present ND_SUM;
            __int128 added ND_MAX;
        } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x != 1234567; }
        SEC("reduce") int add(const struct row *r)
        {
            __int128 added;
            nd_sum_i128(&result.total, r->x);
            nd_sum_i128(&result.product, nd_i128_mul(r->a, r->b));
            nd_min_i128(&result.least, r->x);
            nd_max_i128(&result.greatest, r->y.value);
            result.less += r->x < r->y.value;
            result.present += r->y.valid;
            ((void (*)(__u64, __u64, __u64, __u64, __int128 *))10200)(
                (__u64)r->x, (__u64)(r->x >> 64), (__u64)r->a, (__u64)(r->a >> 63), &added);
            nd_max_i128(&result.added, added - r->a == r->x);
            return 0;
        }
        """;

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(RunnerKind.Interpreted, "v3")]
    [InlineData(RunnerKind.Compiled, "v3")]
    [InlineData(RunnerKind.Compiled, "v1")]
    [InlineData(RunnerKind.Guarded, "v3")]
    public void Sums_products_and_extremes_are_exact(RunnerKind kind, string cpu)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(Source, cpu: cpu));
        QueryProgram query = new(ProgramVerifier.Verify(read.Filter!), ProgramVerifier.Verify(read.Reduce!), read.Parameters);
        using QueryRunner runner = RunnerKinds.Create(kind, query);
        using RecordBatch batch = new(query.Row, [0, 1, 2, 3], Records) { Count = Records };
        Random random = new(5);
        for (int record = 0; record < Records; record++)
        {
            byte present = (byte)random.Next(2);

            // Extremes in pairs, so that sums beyond 128 bits come back.
            batch.Values<Int128>(0)[record] = record < 100 ? (record % 2 == 0 ? Int128.MaxValue : -Int128.MaxValue) : Number(random);
            batch.Values<Int128>(1)[record] = present * Number(random);
            batch.Validity(1)[record] = present;
            batch.Values<long>(2)[record] = random.NextInt64(-(1L << 57), 1L << 57);
            batch.Values<long>(3)[record] = random.NextInt64(-(1L << 57), 1L << 57);
        }

        runner.Filter(batch);
        runner.Reduce(batch);
        MergedResults merged = new(query);
        merged.Add(runner);

        Int128[] x = [.. batch.Values<Int128>(0)];
        Int128[] y = [.. batch.Values<Int128>(1)];
        BigInteger product = BigInteger.Zero;
        for (int record = 0; record < Records; record++)
        {
            product += (BigInteger)batch.Values<long>(2)[record] * batch.Values<long>(3)[record];
        }

        Assert.Equal(
            [
                (Int128)x.Aggregate(BigInteger.Zero, (total, number) => total + number), (Int128)product, x.Min(), y.Max(),
                x.Zip(y).Count(pair => pair.First < pair.Second), batch.Validity(1)[..Records].Count((byte)1), 1,
            ],
            Enumerable.Range(0, 7).Select(field => merged[field]));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(RunnerKind.Interpreted)]
    [InlineData(RunnerKind.Compiled)]
    [InlineData(RunnerKind.Guarded)]
    public void A_sum_of_more_than_128_bits_is_refused_by_name(RunnerKind kind)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(Source));
        QueryProgram query = new(ProgramVerifier.Verify(read.Filter!), ProgramVerifier.Verify(read.Reduce!), read.Parameters);
        using QueryRunner runner = RunnerKinds.Create(kind, query);
        using RecordBatch batch = new(query.Row, [0, 1, 2, 3], 2) { Count = 2 };
        batch.Values<Int128>(0).Fill(Int128.MinValue);
        runner.Filter(batch);
        runner.Reduce(batch);
        MergedResults merged = new(query);
        merged.Add(runner);
        ResultRangeException refused = Assert.Throws<ResultRangeException>(() => merged[0]);
        Assert.Equal($"Result total is {2 * (BigInteger)Int128.MinValue}, which 128 bits can't hold.", refused.Message);
    }

    private static Int128 Number(Random random) => random.Next(4) == 0
        ? random.Next(-10, 10)
        : new Int128((ulong)random.NextInt64(-(1L << 40), 1L << 40), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
}
