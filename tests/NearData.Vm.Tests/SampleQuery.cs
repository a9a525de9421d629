using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests;

/// <summary>Queries over <see cref="SampleRow"/> with one result of each merge and type that matters.</summary>
internal static class SampleQuery
{
    public const int ResultsMap = 0;

    public static ImmutableArray<ResultField> Results { get; } = [
        new ResultField("sum", 0, FieldType.Int64, MergeRule.Sum),
        new ResultField("unsigned_sum", 8, FieldType.UInt64, MergeRule.Sum),
        new ResultField("count", 16, FieldType.UInt64, MergeRule.Sum),
        new ResultField("least", 24, FieldType.Int64, MergeRule.Min),
        new ResultField("greatest", 32, FieldType.UInt64, MergeRule.Max),
        new ResultField("any", 40, FieldType.UInt32, MergeRule.Or),
        new ResultField("all", 44, FieldType.UInt32, MergeRule.And),
    ];

    private static ImmutableArray<MapDefinition> Maps { get; } = [Programs.Array(".bss.results", 48, 1, MapRole.Results)];

    public static Program Filter(IEnumerable<Instruction> code) => Create(ProgramKind.Filter, code);

    public static Program Reduce(IEnumerable<Instruction> code) => Create(ProgramKind.Reduce, code);

    public static QueryProgram Verify(Program? filter, Program? reduce) => new(
        filter is null ? null : ProgramVerifier.Verify(filter), reduce is null ? null : ProgramVerifier.Verify(reduce), []);

    public static ParameterValues NoParameters(QueryProgram query) => ParameterValues.Bind(query, new Dictionary<string, Int128>());

    /// <summary>The update that adds a register to a sum: r9 holds the results' address, r1 is used up.</summary>
    public static Instruction[] Add(int result, Register value) =>
    [
        Instruction.Load(MemorySize.DoubleWord, R1, R9, (short)Results[result].Offset),
        Instruction.Alu64(AluOperation.Add, R1, value),
        Instruction.Store(MemorySize.DoubleWord, R9, (short)Results[result].Offset, R1),
    ];

    private static Program Create(ProgramKind kind, IEnumerable<Instruction> code) => new()
    {
        Name = kind.ToString(),
        Section = kind.ToString(),
        Kind = kind,
        Context = new ProgramContext.Row(SampleRow.Layout),
        Code = [.. code],
        Maps = Maps,
        Results = Results,
    };
}
