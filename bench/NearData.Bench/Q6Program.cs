using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;
using static NearData.Isa.Register;

namespace NearData.Bench;

/// <summary>TPC-H Q6, instruction by instruction what clang makes of queries/programs/q6.c, so that no compiler is needed here.</summary>
internal static class Q6Program
{
    public const int Quantity = 0;
    public const int Price = 1;
    public const int Discount = 2;
    public const int ShipDate = 3;

    public static readonly RowLayout Row = new("lineitem", 32, [
        new RowField("l_quantity", 0, FieldType.Int64), new RowField("l_extendedprice", 8, FieldType.Int64),
        new RowField("l_discount", 16, FieldType.Int64), new RowField("l_shipdate", 24, FieldType.Int32)]);

    private static readonly ImmutableArray<ParameterField> Parameters =
        [new ParameterField("from", 0, FieldType.Int32), new ParameterField("until", 4, FieldType.Int32)];

    public static QueryProgram Create() => new(
        ProgramVerifier.Verify(Program(ProgramKind.Filter, Filter())),
        ProgramVerifier.Verify(Program(ProgramKind.Reduce, Reduce())),
        Parameters);

    public static ParameterValues Year1994(QueryProgram query) =>
        ParameterValues.Bind(query, new Dictionary<string, Int128>(StringComparer.Ordinal) { ["from"] = 8766, ["until"] = 9131 });

    private static Program Program(ProgramKind kind, Instruction[] code) => new()
    {
        Name = kind.ToString(),
        Section = kind.ToString(),
        Kind = kind,
        Context = new ProgramContext.Row(Row),
        Code = [.. code],
        Maps =
        [
            new MapDefinition(".rodata", MapRole.ReadOnlyData, MapType.Array, KeySize: 4, ValueSize: 8, MaxEntries: 1, InitialValue: []),
            new MapDefinition(".bss.results", MapRole.Results, MapType.Array, KeySize: 4, ValueSize: 16, MaxEntries: 1, InitialValue: []),
        ],
        Results = [new ResultField("revenue", 0, FieldType.Int64, MergeRule.Sum), new ResultField("rows", 8, FieldType.UInt64, MergeRule.Sum)],
        Parameters = Parameters,
    };

    private static Instruction[] Filter() =>
    [
        Instruction.Alu32(AluOperation.Move, R0, 0),
        Instruction.Load(MemorySize.Word, R2, R1, 24),
        .. MapValue(R3, map: 0, offset: 0),
        Instruction.Load(MemorySize.Word, R3, R3, 0),
        Jump32(JumpOperation.SignedLess, R2, R3, 11),
        .. MapValue(R3, map: 0, offset: 4),
        Instruction.Load(MemorySize.Word, R3, R3, 0),
        Jump32(JumpOperation.SignedGreaterOrEqual, R2, R3, 7),
        Instruction.Load(MemorySize.DoubleWord, R2, R1, 16),
        Instruction.Jump64(JumpOperation.SignedLess, R2, 5, 5),
        Instruction.Jump64(JumpOperation.SignedGreater, R2, 7, 4),
        Instruction.Load(MemorySize.DoubleWord, R1, R1, 0),
        Instruction.Alu32(AluOperation.Move, R0, 1),
        Instruction.Jump64(JumpOperation.SignedLess, R1, 2400, 1),
        Instruction.Alu32(AluOperation.Move, R0, 0),
        Instruction.Exit,
    ];

    private static Instruction[] Reduce() =>
    [
        Instruction.Load(MemorySize.DoubleWord, R2, R1, 16),
        Instruction.Load(MemorySize.DoubleWord, R1, R1, 8),
        .. MapValue(R3, map: 1, offset: 0),
        Instruction.Load(MemorySize.DoubleWord, R4, R3, 8),
        Instruction.Alu64(AluOperation.Add, R4, 1),
        Instruction.Store(MemorySize.DoubleWord, R3, 8, R4),
        Instruction.Alu64(AluOperation.Multiply, R2, R1),
        Instruction.Load(MemorySize.DoubleWord, R1, R3, 0),
        Instruction.Alu64(AluOperation.Add, R1, R2),
        Instruction.Store(MemorySize.DoubleWord, R3, 0, R1),
        Instruction.Alu32(AluOperation.Move, R0, 0),
        Instruction.Exit,
    ];

    private static Instruction[] MapValue(Register destination, int map, int offset)
    {
        (Instruction first, Instruction second) = Instruction.LoadMapValue(destination, map, offset);
        return [first, second];
    }

    private static Instruction Jump32(JumpOperation operation, Register left, Register right, short distance) =>
        Instruction.Jump64(operation, left, right, distance) with
        {
            Opcode = Opcode.Jump(InstructionClass.Jump32, operation, fromRegister: true),
        };
}
