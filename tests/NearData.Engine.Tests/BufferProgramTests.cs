using System.Runtime.InteropServices;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Isa.Objects;
using NearData.TestSupport;
using NearData.Verifier.Rejections;
using NearData.Vm;

namespace NearData.Engine.Tests;

/// <summary>Programs over raw buffers, held against a plain reading of the same bytes.</summary>
public sealed class BufferProgramTests : IDisposable
{
    // Mean, minimum, maximum, count, whether there is a number, and how many are equal to it.
    private static readonly string Numbers = File.ReadAllText(Path.Combine(Ground.Repository, "queries/programs/numbers.c"));

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 2);
    private readonly Catalog _catalog;

    public BufferProgramTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(1, CodeTrust.Proof)]
    [InlineData(1023, CodeTrust.Proof)]
    [InlineData(1_000_000, CodeTrust.Proof)]
    [InlineData(1_000_000, CodeTrust.Guards)]
    public async Task The_answer_is_that_of_a_plain_reading(int count, CodeTrust trust)
    {
        Random random = new(count);
        long[] numbers = [.. Enumerable.Range(0, count).Select(_ => random.Next(4) == 0 ? 42 : random.NextInt64(long.MinValue, long.MaxValue))];
        Write("numbers.bin", [.. MemoryMarshal.AsBytes(numbers.AsSpan())]);

        ExecutionAnswer answer = await RunAsync(Numbers, "numbers", trust, ("wanted", 42));

        Int128 total = 0;
        Array.ForEach(numbers, number => total += number);
        int equal = numbers.Count(number => number == 42);
        Assert.Equal(
            [total, count, numbers.Min(), numbers.Max(), equal > 0 ? 1 : 0, equal], answer.Results.Select(result => result.Value));
        Assert.Equal(count * 8L, answer.BytesRead);
        Assert.Equal((count + 1023) / 1024, answer.RowsScanned);
        Assert.Empty(answer.ColumnsRead);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task The_last_buffer_is_as_short_as_the_file_says_and_every_file_has_buffers()
    {
        Write("d/a.bin", new byte[100]);
        Write("d/b.bin", new byte[7]);
        _folder.Write("p.parquet", 1, ("x", [1, 2]));
        const string Lengths =
            """
            #include <neardata.h>
            struct { __u64 bytes ND_SUM; __u64 buffers ND_SUM; __u64 least ND_MIN; } result SEC(".bss.results");
            SEC("buffer/48") int scan(const struct nd_buffer *b)
            {
                const unsigned char *at = b->data, *end = b->data_end;
                __u64 n = 0;
                for (int i = 0; i < 48 && at + i + 1 <= end; i++)
                    n++;
                result.bytes += n;
                result.buffers += 1;
                if (n < result.least) result.least = n;
                return 0;
            }
            """;

        ExecutionAnswer answer = await RunAsync(Lengths, "d");
        ExecutionAnswer parquet = await RunAsync(Lengths, "p");

        Assert.Equal([107, 4, 4], answer.Results.Select(result => (long)result.Value));
        Assert.Equal(_catalog.Open("p").Length, (long)parquet.Results[0].Value);
    }

    [FactNeeding(Needs.Clang19)]
    public void The_interpreter_and_compiled_code_agree_on_every_length()
    {
        using LoadedProgram program = LoadedProgram.Load(Clang.Compile(Numbers));
        byte[] bytes = new byte[64];
        new Random(3).NextBytes(bytes);
        ParameterValues parameters = ParameterValues.Bind(program.Query, new Dictionary<string, Int128> { ["wanted"] = BitConverter.ToInt64(bytes, 8) });
        for (int length = 0; length <= bytes.Length; length++)
        {
            using QueryRunner compiled = program.Compiled.CreateRunner(parameters);
            using InterpretedRunner interpreted = new(program.Query, parameters);
            compiled.Reduce(bytes.AsSpan(0, length));
            interpreted.Reduce(bytes.AsSpan(0, length));
            Assert.Equal(interpreted.Totals.ToArray(), compiled.Totals.ToArray());
            Assert.Equal(length / 8, (long)compiled.Totals[1]);
        }
    }

    [FactNeeding(Needs.Clang19)]
    public void A_whole_buffer_of_the_greatest_size_is_admitted()
    {
        using LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            """
            #include <neardata.h>
            struct { __u64 total ND_SUM; } result SEC(".bss.results");
            SEC("buffer") int scan(const struct nd_buffer *b)
            {
                const __u64 *numbers = b->data, *end = b->data_end;
                for (int i = 0; i < 8192 && numbers + i + 1 <= end; i++)
                    result.total += numbers[i];
                return 0;
            }
            """));

        Assert.Equal(65_536, program.Object.BufferBytes);
        Assert.InRange(program.Programs.Single().Facts.WorstCaseInstructions, 8192 * 5, LoadedProgram.MostInstructions);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("result.total += *(const __u64 *)b->data; return 0;", "out-of-bounds")]
    [InlineData("if (b->data + 8 <= b->data_end) *(__u64 *)b->data = 1; return 0;", "read-only")]
    [InlineData("if (b->data + 8 <= b->data_end) result.total = *(const __u64 *)b->data; return 0;", "result-update")]
    [InlineData("if (b->data + 8 <= b->data_end) seen = 1; return 0;", "side-effect")]
    [InlineData("if (result.total > 4 && b->data != 0) result.count += 1; return 0;", "result-influence")]
    public void What_a_buffer_program_may_not_do_is_rejected(string body, string expected)
    {
        ProgramRejectedException rejected = Assert.Throws<ProgramRejectedException>(() => LoadedProgram.Load(Clang.Compile(
            $$"""
            #include <neardata.h>
            __u64 seen;
            struct { __u64 total ND_SUM; __u64 count ND_SUM; } result SEC(".bss.results");
            SEC("buffer") int scan(const struct nd_buffer *b) { {{body}} }
            """)));

        Assert.Equal(expected, rejected.Rejection.Code.Text);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("SEC(\"buffer/0\") int scan(const struct nd_buffer *b) { return b->data != 0; }", "names no size")]
    [InlineData("SEC(\"buffer/65537\") int scan(const struct nd_buffer *b) { return b->data != 0; }", "names no size")]
    [InlineData("SEC(\"buffer/x\") int scan(const struct nd_buffer *b) { return b->data != 0; }", "names no size")]
    [InlineData("struct row { __s64 x; }; SEC(\"buffer\") int scan(const struct row *b) { return b->x; }", "takes one const struct nd_buffer *")]
    [InlineData("SEC(\"buffer\") long scan(const struct nd_buffer *b) { return b->data != 0; }", "returns int")]
    [InlineData("struct row { __s64 x; }; SEC(\"reduce\") int f(const struct row *r) { return r->x; } SEC(\"buffer\") int scan(const struct nd_buffer *b) { return b->data != 0; }", "is alone")]
    public void A_section_that_breaks_the_contract_is_refused_by_name(string source, string message)
    {
        ObjectContractException refused = Assert.Throws<ObjectContractException>(() => LoadedProgram.Load(Clang.Compile($"#include <neardata.h>\n{source}")));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    private void Write(string file, byte[] bytes)
    {
        string path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private async Task<ExecutionAnswer> RunAsync(string source, string dataset, CodeTrust trust = CodeTrust.Proof, params (string Name, Int128 Value)[] parameters)
    {
        using LoadedProgram program = LoadedProgram.Load(Clang.Compile(source));
        using QueryExecution execution = new(
            _catalog, _readPath.Reactors, program, _catalog.Open(dataset), ParameterValue.Of(parameters.ToDictionary(given => given.Name, given => given.Value)), new Tenant("t") { Trust = trust });
        return await execution.RunAsync(2, CancellationToken.None);
    }
}
