using System.Buffers.Binary;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.TestSupport;
using NearData.Vm;

namespace NearData.Engine.Tests;

/// <summary>
/// Executions over so many rows that they have code for columns in 32 bits, because statistics say that these suffice; also where statistics lie.
/// </summary>
public sealed class NarrowExecutionTests : IDisposable
{
    private const int Groups = 8;
    private const int GroupRows = 500_001;
    private const long MostA = 199;
    private const long MostB = 9_999_999;

    // Whose bytes are nowhere else in the footer.
    private const long OutsideA = 0x05_4321_0FED;
    private const long OutsideB = 0xFEDC_BA98_7654;

    private const string Source =
        """
        #include <neardata.h>
        struct t { __s64 a, b; ND_NULLABLE(__s64) c; };
        struct { __s64 products ND_SUM, values ND_SUM, rest ND_SUM, most ND_MAX; __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct t *r) { return r->a != 7 && (r->b > 1000 || r->b * r->a < 90); }
        SEC("reduce") int add(const struct t *r)
        {
            result.products += r->a * r->b;
            if (r->c.valid) result.values += r->c.value;
            result.rest += (__u64)r->b % 7;
            if (r->b > result.most) result.most = r->b;
            result.rows += 1;
            return 0;
        }
        """;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 2, bytes: 256 << 20);

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(Truth.Said)]
    [InlineData(Truth.Hidden)]
    public async Task The_answer_is_the_values_whatever_statistics_say_of_them(Truth truth)
    {
        Int128[] expected = Write(truth);
        Catalog catalog = new(new ServedRoot(_folder.Path));
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(Source));
        Dataset dataset = catalog.Open("t");
        Assert.Equal(truth == Truth.Said ? [2] : [0, 1, 2], NarrowFieldsOf(program, dataset));
        for (int run = 0; run < 2; run++)
        {
            ExecutionAnswer answer = await new QueryExecution(catalog, _readPath.Reactors, program, dataset, new Dictionary<string, Int128>())
                .RunAsync(2, CancellationToken.None);
            Assert.Equal(expected, answer.Results.Select(result => (Int128)result.Value));
        }
    }

    /// <summary>The fields that code for the execution takes in 32 bits.</summary>
    private static int[] NarrowFieldsOf(LoadedProgram program, Dataset dataset)
    {
        ParameterValues none = ParameterValues.Bind(program.Query, ParameterValue.Of(new Dictionary<string, Int128>()));
        using QueryRunner runner = new ExecutionPlan(program, dataset, none, default, CodeTrust.Proof).CreateRunner();
        return [.. runner.Narrow.Fields];
    }

    /// <summary>Writes the table; gives what the program makes of it.</summary>
    private Int128[] Write(Truth truth)
    {
        Random random = new(4);
        long[] a = [.. Enumerable.Range(0, GroupRows).Select(_ => random.NextInt64(MostA + 1))];
        long[] b = [.. Enumerable.Range(0, GroupRows).Select(_ => MostB - (random.Next(30_000) * 333L))];
        long[] c = [.. Enumerable.Range(0, GroupRows).Select(row => (row % 100) - 50L)];
        byte[] validity = [.. Enumerable.Range(0, GroupRows).Select(row => row % 3 == 1 ? (byte)0 : (byte)1)];
        Int128[] expected = [0, 0, 0, long.MinValue, 0];
        using MemoryStream output = new();
        using (ParquetWriter writer = new(output, ParquetSchema.Of(ParquetColumn.Int64("a"), ParquetColumn.Int64("b"), ParquetColumn.Int64("c").Nullable()), new() { Codec = Codec.Uncompressed }))
        {
            for (int group = 0; group < Groups; group++)
            {
                (a[77], b[300_000]) = (group == 3 ? OutsideA : MostA, group == 5 ? OutsideB : MostB);
                RowGroupWriter rows = writer.StartRowGroup(GroupRows);
                rows.Write<long>(0, a);
                rows.Write<long>(1, b);
                rows.Write<long>(2, c, validity);
                Add(expected, a, b, c, validity);
            }

            writer.Finish();
        }

        byte[] file = output.ToArray();
        if (truth == Truth.Hidden)
        {
            Replace(file, OutsideA, MostA);
            Replace(file, OutsideB, MostB);
        }

        Directory.CreateDirectory(Path.Combine(_folder.Path, "t"));
        File.WriteAllBytes(Path.Combine(_folder.Path, "t", "t.parquet"), file);
        return expected;
    }

    private static void Add(Int128[] expected, long[] a, long[] b, long[] c, byte[] validity)
    {
        for (int row = 0; row < a.Length; row++)
        {
            if (a[row] != 7 && (b[row] > 1000 || b[row] * a[row] < 90))
            {
                expected[0] += a[row] * b[row];
                expected[1] += c[row] * validity[row];
                expected[2] += b[row] % 7;
                expected[3] = Int128.Max(expected[3], b[row]);
                expected[4]++;
            }
        }
    }

    /// <summary>Makes the footer say another number wherever it says one.</summary>
    private static void Replace(byte[] file, long said, long instead)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, said);
        Span<byte> footer = file.AsSpan(file.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8)));
        int found = 0;
        for (int at; (at = footer.IndexOf(bytes)) >= 0; found++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(footer[at..], instead);
        }

        Assert.InRange(found, 1, 2);
    }

    /// <summary>Whether statistics say how great the greatest values are.</summary>
    public enum Truth
    {
        Said,
        Hidden,
    }
}
