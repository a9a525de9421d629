using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Isa.Text;

namespace NearData.Verifier.Tests.Corpus;

/// <summary>The surroundings that the corpus' programs are written for; tests/vectors/verifier/README.md shows them as C.</summary>
internal static class Fixtures
{
    public const int MemoryLength = 64;

    public static readonly RowLayout Row = new("row", 80, [
        new RowField("x", 0, FieldType.Int64),
        new RowField("y", 8, FieldType.Int64),
        new RowField("i", 16, FieldType.Int32),
        new RowField("u", 20, FieldType.UInt32),
        new RowField("b", 24, FieldType.UInt8),
        new RowField("flag", 25, FieldType.Bool),
        new RowField("n", 28, FieldType.Int32, ValidityOffset: 32),
        new RowField("s", 40, FieldType.Text),
        new RowField("t", 56, FieldType.Text, ValidityOffset: 72),
    ]);

    public static readonly ImmutableArray<MapDefinition> Maps =
    [
        new MapDefinition("rodata", MapRole.ReadOnlyData, MapType.Array, 4, 24, 1, [.. new byte[16], .. "AIR\0\x5\0\0\0"u8]),
        new MapDefinition("results", MapRole.Results, MapType.Array, 4, 416, 1, []),
        new MapDefinition("data", MapRole.Data, MapType.Array, 4, 16, 1, []),
        new MapDefinition("table", MapRole.Declared, MapType.Array, 4, 16, 4, []),
    ];

    /// <summary>What packet programs have besides: maps of other types, and constant data with text in it.</summary>
    public static readonly ImmutableArray<MapDefinition> PacketMaps =
    [
        new MapDefinition("text", MapRole.ReadOnlyData, MapType.Array, 4, 16, 1, [.. "port\0"u8, 7, 0, 9]),
        new MapDefinition("flows", MapRole.Declared, MapType.Hash, 8, 16, 100, []),
        new MapDefinition("programs", MapRole.Declared, MapType.ProgramArray, 4, 4, 4, []),
        new MapDefinition("tables", MapRole.Declared, MapType.ArrayOfMaps, 4, 4, 2, [])
        {
            Inner = new MapDefinition("inner", MapRole.Declared, MapType.Array, 4, 8, 4, []),
        },
        new MapDefinition("fixed", MapRole.Declared, MapType.Array, 4, 16, 4, []) { Flags = MapFlags.ReadOnlyForPrograms },
        new MapDefinition("sink", MapRole.Declared, MapType.Array, 4, 16, 4, []) { Flags = MapFlags.WriteOnlyForPrograms },
        new MapDefinition("locked", MapRole.Declared, MapType.Array, 4, 16, 4, []) { SpinLockOffset = 8 },
        new MapDefinition("bloom", MapRole.Declared, MapType.BloomFilter, 0, 8, 64, []),
        new MapDefinition("queue", MapRole.Declared, MapType.Queue, 0, 8, 64, []),
        new MapDefinition("events", MapRole.Declared, MapType.RingBuffer, 0, 0, 4096, []),
    ];

    /// <summary>Of row programs: the rest of their constant data is known.</summary>
    public static readonly ImmutableArray<ParameterField> Parameters =
    [
        new ParameterField("p", 0, FieldType.UInt64),
        new ParameterField("mode", 8, FieldType.Text, Capacity: 8),
    ];

    /// <summary>What queries have besides: groups of their own, and those of an earlier stage.</summary>
    public static readonly ImmutableArray<MapDefinition> QueryMaps =
    [
        new MapDefinition("groups", MapRole.Declared, MapType.Groups, 16, 32, 100, [])
        {
            Group = new GroupLayout(
                [new GroupKeyField("k", 0, 8, FieldType.Int64), new GroupKeyField("mode", 8, 8, null)],
                [
                    new ResultField("total", 0, FieldType.Int64, MergeRule.Sum),
                    new ResultField("count", 8, FieldType.UInt64, MergeRule.Sum),
                    new ResultField("least", 16, FieldType.Int64, MergeRule.Min),
                    new ResultField("most", 24, FieldType.Int32, MergeRule.Max),
                    new ResultField("flag", 28, FieldType.Bool, MergeRule.Or),
                ]),
        },
        new MapDefinition("others", MapRole.Declared, MapType.Groups, 4, 8, 100, [])
        {
            Group = new GroupLayout([new GroupKeyField("key", 0, 4, FieldType.Int32)], [new ResultField("n", 0, FieldType.UInt64, MergeRule.Sum)]),
        },
        new MapDefinition("before", MapRole.Declared, MapType.Groups, 8, 8, 1, [])
        {
            Flags = MapFlags.ReadOnlyForPrograms,
            Group = new GroupLayout([new GroupKeyField("key", 0, 8, FieldType.Int64)], [new ResultField("n", 0, FieldType.UInt64, MergeRule.Sum)]),
        },
    ];

    public static readonly ImmutableArray<ResultField> Results =
    [
        new ResultField("sum", 0, FieldType.Int64, MergeRule.Sum),
        new ResultField("rows", 8, FieldType.UInt64, MergeRule.Sum),
        new ResultField("lo", 16, FieldType.Int64, MergeRule.Min),
        new ResultField("hi", 24, FieldType.Int64, MergeRule.Max),
        new ResultField("any", 32, FieldType.UInt64, MergeRule.Or),
        new ResultField("all", 40, FieldType.UInt64, MergeRule.And),
        new ResultField("ilo", 48, FieldType.Int32, MergeRule.Min),
        new ResultField("some", 52, FieldType.Bool, MergeRule.Or),
        new ResultField("uhi", 56, FieldType.UInt32, MergeRule.Max),
        new ResultField("fsum", 64, FieldType.Float64, MergeRule.Sum),
        new ResultField("flo", 344, FieldType.Float64, MergeRule.Min),
        new ResultField("fhi", 352, FieldType.Float64, MergeRule.Max),
        new ResultField("wsum", 360, FieldType.Int128, MergeRule.Sum),
        new ResultField("wlo", 384, FieldType.Int128, MergeRule.Min),
        new ResultField("whi", 400, FieldType.Int128, MergeRule.Max),
    ];

    /// <summary>The results that instructions update, which come first.</summary>
    public static readonly ImmutableArray<ResultField> IntegerResults = [.. Results.TakeWhile(field => !field.IsUpdatedByHelpers)];

    /// <summary>The row's fields of integers, which come first.</summary>
    public static readonly ImmutableArray<RowField> IntegerFields = [.. Row.Fields.TakeWhile(field => field.Type != FieldType.Text)];

    public static Program Make(ProgramKind kind, string name, string code)
    {
        bool takesPackets = kind is ProgramKind.Xdp or ProgramKind.SocketFilter or ProgramKind.TrafficControl;
        bool isQuery = kind is ProgramKind.Filter or ProgramKind.Reduce or ProgramKind.Emit;
        ImmutableArray<MapDefinition> maps = takesPackets ? [.. Maps, .. PacketMaps] : isQuery ? [.. Maps, .. QueryMaps] : Maps;
        return new()
        {
            Name = name,
            Section = kind.ToString(),
            Kind = kind,
            Context = takesPackets ? new ProgramContext.Fields(ContextLayout.Of(kind))
                : kind == ProgramKind.Emit ? new ProgramContext.Group(Maps.Length)
                : kind == ProgramKind.Memory ? new ProgramContext.Memory(MemoryLength)
                : new ProgramContext.Row(Row),
            Code = Assembler.Assemble(code, maps),
            Maps = maps,
            Results = Results,
            Parameters = kind is ProgramKind.Filter or ProgramKind.Reduce ? Parameters : [],
        };
    }
}
