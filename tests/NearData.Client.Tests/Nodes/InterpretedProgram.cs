using NearData.Contracts.V1;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;
using GroupMap = NearData.Vm.Maps.GroupMap;
using Int128 = System.Int128;
using ResultField = NearData.Contracts.V1.ResultField;

namespace NearData.Client.Tests.Nodes;

/// <summary>An object, verified, as the interpreter runs it.</summary>
internal sealed class InterpretedProgram(BpfObject source)
{
    private readonly QueryProgram _query = new(Verify(source.Filter), Verify(source.Reduce), source.Parameters);

    public string Id => source.Sha256;

    public LoadProgramResponse Describe() => new()
    {
        ProgramId = Id,
        Programs =
        {
            source.Programs.Select(program => new ProgramSummary
            {
                Name = program.Name,
                Section = program.Section,
                Instructions = (uint)program.Code.Length,
                Columns = { program.Row.Fields.Select(field => field.Name) },
            }),
        },
        Parameters = { source.Parameters.Select(field => new Field { Name = field.Name, Bytes = (uint)field.Type.Size(), Signed = field.Type.IsSigned() }) },
        Results = { source.Results.Select(field => new ResultField { Name = field.Name, Merge = WireMerge(field.Merge), Signed = field.Type.IsSigned() }) },
    };

    /// <summary>Runs it over a table; the runner, which is the caller's to dispose, has the results and groups.</summary>
    /// <param name="table">The records.</param>
    /// <param name="parameters">As the client gives them.</param>
    /// <param name="frozen">Groups of the stages before.</param>
    /// <param name="counters">Counted up.</param>
    public InterpretedRunner Run(Table table, IEnumerable<Parameter> parameters, IReadOnlyDictionary<string, GroupMap> frozen, Counters counters)
    {
        ParameterValues values = ParameterValues.Bind(_query, parameters.ToDictionary(
            parameter => parameter.Name,
            parameter => parameter.ValueCase == Parameter.ValueOneofCase.Signed ? (Int128)parameter.Signed : parameter.Unsigned));
        InterpretedRunner runner = new(_query, values, new RunnerMaps(Frozen: frozen));
        counters.RowsScanned += (ulong)table.Rows;
        foreach (RecordBatch batch in table.Batches(_query.Row, [.. _query.FilterFields.Union(_query.ReduceFields)]))
        {
            counters.RowsKept += (ulong)runner.Filter(batch);
            runner.Reduce(batch);
        }

        return runner;
    }

    public Answer ToAnswer(InterpretedRunner runner, Table table, Counters counters)
    {
        Answer answer = new() { Counters = counters };
        for (int index = 0; index < source.Results.Length; index++)
        {
            NearData.Isa.Programs.ResultField field = source.Results[index];
            Int128 total = runner.Totals[index] * (field.Merge == MergeRule.Sum ? table.Repetitions : 1);
            answer.Results.Add(new ResultValue
            {
                Name = field.Name,
                Merge = WireMerge(field.Merge),
                Value = new() { High = (long)(total >> 64), Low = (ulong)(total & ulong.MaxValue) },
                IsIdentity = total == field.Merge.Identity(field.Type),
            });
        }

        return answer;
    }

    private static Merge WireMerge(MergeRule rule) => Enum.Parse<Merge>(rule.ToString());

    private static VerifiedProgram? Verify(Program? program) => program is null ? null : ProgramVerifier.Verify(program);
}
