using System.Globalization;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>What binding accepts, reading delivers: every column, however it is stored, through every field that it fits.</summary>
public sealed class AcceptedPairingTests : IDisposable
{
    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new();

    public static TheoryData<string, string> Pairings
    {
        get
        {
            TheoryData<string, string> pairings = [];
            foreach ((string name, Stored column) in Columns)
            {
                foreach (FieldType type in Enum.GetValues<FieldType>().Where(type => type != FieldType.Int128 && TypeRules.Accepts(type, column.Type)))
                {
                    pairings.Add(name, type.ToString());
                }
            }

            return pairings;
        }
    }

    private static Dictionary<string, Stored> Columns { get; } = new(StringComparer.Ordinal)
    {
        ["bool"] = new(ParquetColumn.Boolean("x"), new(ColumnKind.Bool), Store<byte>(0, 1), [0, 1]),
        ["int8"] = new(ParquetColumn.Integer("x", 8, true), new(ColumnKind.Int8), Store<sbyte>(-128, 127), [-128, 127]),
        ["int16"] = new(ParquetColumn.Integer("x", 16, true), new(ColumnKind.Int16), Store<short>(-32768, 32767), [-32768, 32767]),
        ["int32"] = new(ParquetColumn.Int32("x"), new(ColumnKind.Int32), Store(int.MinValue, 7), [int.MinValue, 7]),
        ["int64"] = new(ParquetColumn.Int64("x"), new(ColumnKind.Int64), Store(long.MinValue, 7), [long.MinValue, 7]),
        ["uint8"] = new(ParquetColumn.Integer("x", 8, false), new(ColumnKind.UInt8), Store<byte>(255, 1), [255, 1]),
        ["uint16"] = new(ParquetColumn.Integer("x", 16, false), new(ColumnKind.UInt16), Store<ushort>(65535, 1), [65535, 1]),
        ["uint32"] = new(ParquetColumn.Integer("x", 32, false), new(ColumnKind.UInt32), Store(uint.MaxValue, 1u), [uint.MaxValue, 1]),
        ["uint64"] = new(ParquetColumn.Integer("x", 64, false), new(ColumnKind.UInt64), Store(ulong.MaxValue, 1ul), [ulong.MaxValue, 1]),
        ["date"] = new(ParquetColumn.Date("x"), new(ColumnKind.Date), Store(-1, 20_000), [-1, 20_000]),
        ["timestamp"] = new(
            ParquetColumn.Timestamp("x", TimeUnit.Microseconds), new(ColumnKind.Timestamp, Unit: TimeUnit.Microseconds), Store(-1L, 5L), [-1, 5]),
        ["time32"] = new(
            ParquetColumn.Time("x", TimeUnit.Milliseconds), new(ColumnKind.Time, Unit: TimeUnit.Milliseconds), Store(0, 86_399_999), [0, 86_399_999]),
        ["time64"] = new(ParquetColumn.Time("x", TimeUnit.Nanoseconds), new(ColumnKind.Time, Unit: TimeUnit.Nanoseconds), Store(0L, 9L), [0, 9]),
        ["int96"] = new(ParquetColumn.Int96("x"), new(ColumnKind.Int96), Store(-1L, 5L), [-1, 5]),
        ["decimal9 in INT32"] = Decimal(9, PhysicalType.Int32, 0, Store(-999_999_999, 5)),
        ["decimal9 in INT64"] = Decimal(9, PhysicalType.Int64, 0, Store(-999_999_999L, 5L)),
        ["decimal9 in 4 bytes"] = Decimal(9, PhysicalType.FixedLenByteArray, 4, Store(-999_999_999L, 5L)),
        ["decimal9 in 16 bytes"] = Decimal(9, PhysicalType.FixedLenByteArray, 16, Store(-999_999_999L, 5L)),
        ["decimal9 in bytes"] = Decimal(9, PhysicalType.ByteArray, 0, Store(-999_999_999L, 5L)),
        ["decimal18 in INT64"] = Decimal(18, PhysicalType.Int64, 0, Store(-999_999_999_999_999_999, 5)),
        ["decimal18 in 8 bytes"] = Decimal(18, PhysicalType.FixedLenByteArray, 8, Store(-999_999_999_999_999_999, 5)),
        ["decimal18 in bytes"] = Decimal(18, PhysicalType.ByteArray, 0, Store(-999_999_999_999_999_999, 5)),
    };

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Pairings))]
    public async Task Every_value_arrives_as_it_was_stored(string column, string field)
    {
        Stored stored = Columns[column];
        FieldType type = Enum.Parse<FieldType>(field);
        string sum = type.IsSigned() ? "__s64" : "__u64";
        // Of truth values AND is the least and OR the greatest.
        (string extreme, string low, string high, string update) = type == FieldType.Bool
            ? ("__u8", "ND_AND", "ND_OR", "result.low &= r->x.value; result.high |= r->x.value;")
            : (type.CName(), "ND_MIN", "ND_MAX",
                "if (r->x.value < result.low) result.low = r->x.value; if (r->x.value > result.high) result.high = r->x.value;");
        string source = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            #include <stdbool.h>
            #include <neardata.h>
            struct row { ND_NULLABLE({{type.CName()}}) x; };
            struct { {{sum}} total ND_SUM; {{extreme}} low {{low}}; {{extreme}} high {{high}}; __u64 present ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct row *r)
            {
                result.present += r->x.valid;
                if (!r->x.valid) return 0;
                result.total += r->x.value;
                {{update}}
                return 0;
            }
            """);
        // Required in one file, optional in the other.
        _folder.Write("d/a.parquet", [stored.Column], 2, 1, (writer, _) => stored.Write(writer, []));
        _folder.Write("d/b.parquet", [stored.Column.Nullable()], 3, 1, (writer, _) => stored.Write(writer, [1, 0, 1]));
        Catalog catalog = new(new ServedRoot(_folder.Path));
        Dataset dataset = catalog.Open("d");
        Assert.Equal(stored.Type, dataset.Columns[0].Type);

        LoadedProgram program = LoadedProgram.Load(Clang.Compile(source));
        ExecutionAnswer answer = await new QueryExecution(catalog, _readPath.Reactors, program, dataset, new Dictionary<string, Int128>())
            .RunAsync(1, CancellationToken.None);

        Int128 total = 2 * stored.Values.Aggregate(Int128.Zero, (left, right) => left + right);
        Assert.Equal([total, stored.Values.Min(), stored.Values.Max(), 4], answer.Results.Select(result => result.Value));
    }

    private static Stored Decimal(int precision, PhysicalType stored, int length, WriteValues write) => new(
        ParquetColumn.Decimal("x", precision, 2, stored, length),
        new(ColumnKind.Decimal, precision, 2),
        write,
        [precision == 9 ? -999_999_999 : -999_999_999_999_999_999, 5]);

    private static WriteValues Store<T>(T first, T second)
        where T : unmanaged => (writer, validity) => writer.Write<T>(0, validity.Length == 0 ? [first, second] : [first, default, second], validity);

    private delegate void WriteValues(RowGroupWriter writer, byte[] validity);

    private sealed record Stored(ParquetColumn Column, ColumnType Type, WriteValues Write, Int128[] Values);
}
