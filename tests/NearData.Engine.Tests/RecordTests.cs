using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Formats;
using NearData.Engine.Programs;
using NearData.Storage;
using NearData.Storage.Faults;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Binary records whose format is a C struct, held against the values that were written.</summary>
public sealed class RecordTests : IDisposable
{
    private const int Size = 56;

    // Packed, so that nothing is aligned; with members that are no columns.
    private const string Schema =
        """
        #include <neardata.h>
        struct trades {
            __u8 flags; _Bool buy; __s32 day ND_DATE; __s64 price ND_DECIMAL(15, 2); char symbol[6]; unsigned char raw[3]; float weight;
            struct { __u16 major; struct { __s16 minor; }; } venue; __u32 words[2]; __u32 low : 4, high : 28;
            struct __attribute__((packed)) __attribute__((btf_decl_tag("nd:nullable"))) { __s32 value; __u8 valid; } extra; __s64 at ND_TIMESTAMP(us); } __attribute__((packed));
        struct trades unused;
        """;

    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;

    public RecordTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [FactNeeding(Needs.Clang19)]
    public void The_struct_s_members_are_the_columns()
    {
        WriteSchema(Schema);
        Write("trades/a.bin", 3);
        Write("trades/b.bin", 4);

        Dataset dataset = _catalog.Open("trades");

        Assert.Equal(7, dataset.RowCount);
        Assert.Equal(
            [
                "flags UINT8", "buy BOOL", "day DATE", "price DECIMAL(15,2)", "symbol STRING", "raw FIXED_BINARY(3)", "weight FLOAT", "venue.major UINT16",
                "venue.minor INT16", "extra INT32?", "at TIMESTAMP(Microseconds)",
            ],
            dataset.Columns.Select(column => $"{column.Name} {column.Type}{(column.IsNullable ? "?" : "")}"));
        Assert.Equal(["trades"], _catalog.List().AsEnumerable());
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(1, 1)]
    [InlineData(4097, 2)]
    [InlineData(100_000, 2)]
    public async Task A_program_sees_the_values_that_were_written(int count, int workers)
    {
        WriteSchema(Schema);
        Write("trades.bin", count);

        ExecutionAnswer answer = await RunAsync(
            """
            #include <neardata.h>
            struct row {
                struct nd_str symbol, raw; __u64 flags; _Bool buy; __s64 day; __int128 price; nd_f64 weight;
                struct { __u32 major; __s16 minor; } venue; ND_NULLABLE(__s64) extra; };
            struct { __s64 prices ND_SUM; __s64 days ND_SUM; __u64 rest ND_SUM; nd_f64_sum weights ND_SUM; __s64 extras ND_SUM; __u64 nulls ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return r->buy && nd_str_starts(r->symbol, ND_TEXT("S1")) && r->raw.len == 3; }
            SEC("reduce") int add(const struct row *r)
            {
                result.prices += (__s64)r->price;
                result.days += r->day;
                result.rest += r->flags + r->venue.major + r->symbol.len;
                nd_sum_f64(&result.weights, r->weight);
                result.extras += r->extra.value + r->venue.minor;
                result.nulls += !r->extra.valid;
                return 0;
            }
            """,
            workers: workers);

        int[] kept = [.. Enumerable.Range(0, count).Where(i => i % 3 != 0 && Symbol(i).StartsWith("S1", StringComparison.Ordinal))];
        Assert.Equal(kept.Length, answer.RowsKept);
        Assert.Equal(kept.Sum(i => (long)i * 1001 - 7), answer.Results[0].Value);
        Assert.Equal(kept.Sum(i => (long)(i % 1000) - 500), answer.Results[1].Value);
        Assert.Equal(kept.Sum(i => (i % 256) + (i % 60_000) + Symbol(i).Length), answer.Results[2].Value);
        Assert.Equal(kept.Sum(i => i * 0.5), answer.Results[3].Number);
        Assert.Equal(kept.Sum(i => (i % 5 == 0 ? 0L : -i) - (i % 30_000)), answer.Results[4].Value);
        Assert.Equal(kept.Count(i => i % 5 == 0), answer.Results[5].Value);
        Assert.Equal((long)count * Size, answer.BytesRead);
        Assert.Equal(((long)count * Size / (2 << 20)) + 1, answer.RowGroups);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Columns_of_partitions_alone_cost_no_reading()
    {
        WriteSchema(Schema);
        Write("trades/n=3/a.bin", 10);
        Write("trades/n=4/a.bin", 20);

        ExecutionAnswer answer = await RunAsync(
            """
            #include <neardata.h>
            struct row { __s64 n; };
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct row *r) { result.total += r->n; return 0; }
            """);

        Assert.Equal((110, 0), (answer.Results[0].Value, answer.BytesRead));
    }

    [FactNeeding(Needs.Clang19)]
    public void A_length_that_is_no_number_of_records_is_refused_with_what_is_left()
    {
        WriteSchema(Schema);
        File.WriteAllBytes(Path.Combine(_folder.Path, "trades.bin"), new byte[(2 * Size) + 9]);

        FileFormatException error = Assert.Throws<FileFormatException>(() => _catalog.Open("trades"));

        Assert.Equal("trades.bin, offset 112: 121 bytes are 2 records of struct trades, of 56 bytes, and 9 bytes more.", error.Message);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("struct other { int a; }; struct other unused;", "no type struct trades")]
    [InlineData("struct trades { }; struct trades unused;", "has 0 bytes")]
    [InlineData("struct trades { char a[2000000]; }; struct trades unused;", "2000000 bytes; records have 1 to 1048576")]
    [InlineData("struct trades { long long a __attribute__((btf_decl_tag(\"nd:date\"))); }; struct trades unused;", "Member a of 8 bytes, Signed, can't be nd:date")]
    [InlineData("struct trades { int a __attribute__((btf_decl_tag(\"nd:decimal(10,2)\"))); }; struct trades unused;", "can't be nd:decimal(10,2)")]
    [InlineData("struct trades { union { int a; float b; }; }; struct trades unused;", "")]
    public void A_struct_that_is_no_format_is_refused_by_name(string source, string message)
    {
        WriteSchema(source);
        File.WriteAllBytes(Path.Combine(_folder.Path, "trades.bin"), new byte[4]);

        if (message.Length == 0)
        {
            Assert.Empty(_catalog.Open("trades").Columns);
        }
        else
        {
            Assert.Contains(message, Assert.Throws<FileFormatException>(() => _catalog.Open("trades")).Message, StringComparison.Ordinal);
        }
    }

    [FactNeeding(Needs.Clang19)]
    public void A_schema_that_is_missing_broken_or_replaced_is_noticed()
    {
        Write("trades.bin", 2);
        Assert.Empty(_catalog.Open("trades").Columns);

        File.WriteAllText(Path.Combine(_folder.Path, "trades.btf.o"), "no object");
        Assert.Contains("trades.btf.o", Assert.Throws<FileFormatException>(() => _catalog.Open("trades")).Message, StringComparison.Ordinal);

        WriteSchema(Schema);
        string version = _catalog.Open("trades").Version;
        Assert.Same(_catalog.Open("trades"), _catalog.Open("trades"));

        WriteSchema("struct trades { char all[14]; }; struct trades unused;");
        Dataset after = _catalog.Open("trades");
        Assert.NotEqual(version, after.Version);
        Assert.Equal(8, after.RowCount);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_file_that_was_cut_or_a_device_that_fails_ends_the_execution()
    {
        WriteSchema("struct trades { long long x; }; struct trades unused;");
        File.WriteAllBytes(Path.Combine(_folder.Path, "trades.bin"), new byte[8 << 20]);
        const string Program =
            """
            #include <neardata.h>
            struct row { __s64 x; };
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct row *r) { result.total += r->x; return 0; }
            """;
        FaultScript script = FaultScript.Of(new Dictionary<int, Fault> { [5] = new(FaultKind.PermanentError) });
        await Assert.ThrowsAsync<StorageException>(() => RunAsync(Program, new FaultDevices(new FileDevices(FileReading.PageCache, _ => { }), script)));

        Dataset before = _catalog.Open("trades");
        using (FileStream file = File.OpenWrite(Path.Combine(_folder.Path, "trades.bin")))
        {
            file.SetLength(4 << 20);
        }

        await Assert.ThrowsAsync<DatasetChangedException>(() => RunAsync(Program, dataset: before));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_member_that_may_be_null_needs_a_field_that_shows_it()
    {
        WriteSchema(Schema);
        Write("trades.bin", 2);

        BindingException error = await Assert.ThrowsAsync<BindingException>(() => RunAsync(
            """
            #include <neardata.h>
            struct row { __s32 extra; };
            SEC("filter") int keep(const struct row *r) { return r->extra; }
            """));

        Assert.Equal(BindingFault.NullableColumn, error.Fault);
    }

    private static string Symbol(int i) => "S" + (i % 200_000).ToString(CultureInfo.InvariantCulture)[..Math.Min(5, (i % 200_000).ToString(CultureInfo.InvariantCulture).Length)];

    private void WriteSchema(string source) => File.WriteAllBytes(Path.Combine(_folder.Path, "trades.btf.o"), Clang.Compile(source));

    private void Write(string file, int count)
    {
        byte[] bytes = new byte[count * Size];
        for (int i = 0; i < count; i++)
        {
            Span<byte> record = bytes.AsSpan(i * Size, Size);
            record[0] = (byte)i;
            record[1] = (byte)(i % 3 * 100);
            BinaryPrimitives.WriteInt32LittleEndian(record[2..], (i % 1000) - 500);
            BinaryPrimitives.WriteInt64LittleEndian(record[6..], ((long)i * 1001) - 7);
            Encoding.ASCII.GetBytes(Symbol(i), record[14..]);
            record[20..23].Fill(0xff);
            BinaryPrimitives.WriteSingleLittleEndian(record[23..], i * 0.5f);
            BinaryPrimitives.WriteUInt16LittleEndian(record[27..], (ushort)(i % 60_000));
            BinaryPrimitives.WriteInt16LittleEndian(record[29..], (short)-(i % 30_000));
            record[31..43].Fill(0x5a);
            BinaryPrimitives.WriteInt32LittleEndian(record[43..], -i);
            record[47] = (byte)(i % 5 * 50);
            BinaryPrimitives.WriteInt64LittleEndian(record[48..], i);
        }

        string path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private async Task<ExecutionAnswer> RunAsync(string source, IFileDevices? devices = null, Dataset? dataset = null, int workers = 2)
    {
        using TestReadPath readPath = new(devices, reactors: 2);
        using QueryExecution execution = new(
            _catalog, readPath.Reactors, LoadedProgram.Load(Clang.Compile(source)), dataset ?? _catalog.Open("trades"), new Dictionary<string, Int128>());
        return await execution.RunAsync(workers, CancellationToken.None);
    }
}
