using System.Collections.Immutable;
using NearData.Isa.Objects;
using NearData.Isa.Programs;

namespace NearData.Isa.Tests.Objects;

/// <summary>A model with every field type, and programs over it, as the client library would build them.</summary>
internal static class Samples
{
    public static RowLayout Row { get; } = new RowLayoutBuilder("sale")
        .Add("flag", FieldType.Bool)
        .Add("small", FieldType.Int8)
        .Add("tiny", FieldType.UInt8)
        .Add("price", FieldType.Int64)
        .Add("count", FieldType.UInt16)
        .AddNullable("discount", FieldType.Int32)
        .AddNullable("state", FieldType.UInt8)
        .Add("day", FieldType.Int16)
        .AddNullable("weight", FieldType.UInt64)
        .Add("code", FieldType.UInt32)
        .Build();

    public static ImmutableArray<ParameterField> Parameters { get; } = ParameterLayout.Of(
        [("strict", FieldType.Bool), ("least", FieldType.Int64), ("from", FieldType.Int32), ("kind", FieldType.UInt16)]);

    public static ImmutableArray<ResultField> Results { get; } = ResultLayout.Of(
    [
        ("rows", FieldType.UInt64, MergeRule.Sum),
        ("last", FieldType.Int16, MergeRule.Max),
        ("revenue", FieldType.Int64, MergeRule.Sum),
        ("first", FieldType.Int32, MergeRule.Min),
        ("seen", FieldType.UInt8, MergeRule.Or),
        ("all", FieldType.Bool, MergeRule.And),
    ]);

    public static ImmutableArray<Instruction> Filter { get; } = Code(
        Instruction.LoadMapValue(Register.R2, ObjectBuilder.ParametersMap, Parameters[1].Offset),
        Instruction.LoadNumber(Register.R3, -5_000_000_000));

    public static ImmutableArray<Instruction> Reduce { get; } = Code(
        Instruction.LoadMapValue(Register.R2, ObjectBuilder.ResultsMap, Results[2].Offset),
        Instruction.LoadMapValue(Register.R3, ObjectBuilder.ParametersMap, Parameters[3].Offset));

    public static ObjectBuilder Builder() => new ObjectBuilder(Row, Parameters, Results)
        .Add("keep", ProgramKind.Filter, Filter)
        .Add("add", ProgramKind.Reduce, Reduce);

    private static ImmutableArray<Instruction> Code(params (Instruction First, Instruction Second)[] loads) =>
        [.. loads.SelectMany(load => new[] { load.First, load.Second }), Instruction.Alu64(AluOperation.Move, Register.R0, 0), Instruction.Exit];
}
