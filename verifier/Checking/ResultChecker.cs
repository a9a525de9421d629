using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.Rejections;
using NearData.Verifier.Results;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Checking;

/// <summary>Judges how a program touches results: as the fields' tags allow, so that the order of records can't matter.</summary>
internal sealed class ResultChecker
{
    private readonly ProgramEnvironment _environment;

    public ResultChecker(ProgramEnvironment environment) => _environment = environment;

    public Finding? JudgeLoad(Register register, Place place) => _environment.UpdatesResults
        ? NoField(register, place)
        : new(RejectionCode.ResultAccess, $"{register} leads to results; only reduce programs may load them.", register);

    public Finding? JudgeStore(Register register, Place place, Value.Number value, MachineState state)
    {
        if (NoField(register, place) is { } finding)
        {
            return finding;
        }

        int index = _environment.FindResult(place)!.Value;
        ResultField field = _environment.Result(index);
        if (field.Type == FieldType.Bool && !value.Range.IsWithin(0, 1))
        {
            return new(RejectionCode.ResultUpdate, $"the value stored to {Describe(field)} is {value}; a bool must be proven to be 0 or 1.");
        }

        Term stored = LowTerm.Of(value, _environment.ResultBits(index));
        if (state.IsRepeated)
        {
            return Repeated(field);
        }

        if (state.Decision is { } decision)
        {
            return decision.Field == index && decision.Winner == decision.Arm && decision.Candidates.Contains(stored)
                ? null
                : Inside(decision, field, value);
        }

        return stored is Term.Content content && content.Field == index || stored is Term.Update update && update.Field == index
            ? null
            : new(RejectionCode.ResultUpdate, $"the value stored to {Describe(field)} is {value}; {Allowed(field)}");
    }

    public Finding? JudgeAtomic(Register register, Place place, AtomicOperation operation, Value.Number operand, MachineState state)
    {
        if (NoField(register, place) is { } finding)
        {
            return finding;
        }

        ResultField field = _environment.Result(_environment.FindResult(place)!.Value);
        bool fits = (field.Merge, operation) switch
        {
            (MergeRule.Sum, AtomicOperation.Add) => true,
            (MergeRule.Or, AtomicOperation.Or) => true,
            (MergeRule.And, AtomicOperation.And) => true,
            _ => false,
        };
        if (!fits)
        {
            return new(RejectionCode.ResultUpdate, $"atomic operation {operation} on {Describe(field)}; {Allowed(field)}");
        }

        if (state.IsRepeated)
        {
            return Repeated(field);
        }

        if (state.Decision is { } decision)
        {
            return Inside(decision, field, operand);
        }

        return operand.Term.Result is null
            ? null
            : new(RejectionCode.ResultUpdate, $"the operand for {Describe(field)} is {operand}; {Allowed(field)}");
    }

    /// <summary>Whether a helper may update a field here; what it is given was found to depend on no result.</summary>
    public Finding? JudgeUpdate(int index, HelperSignature helper, MachineState state) => state.Decision is { } decision
        ? new(
            RejectionCode.ResultInfluence,
            $"{Describe(_environment.Result(index))} would be updated by {helper.Name} depending on how result {_environment.Result(decision.Field).Name} decided "
            + $"the branch at {decision.Branch}; there only the compared value may be stored, and only to the result that it was compared with.")
        : null;

    private Finding Inside(Decision decision, ResultField field, Value.Number value) => new(
        RejectionCode.ResultInfluence,
        $"{Describe(field)} would get {value} depending on how result {_environment.Result(decision.Field).Name} decided the branch at "
        + $"{decision.Branch}; there only the compared value may be stored, and only to the result that it was compared with.");

    private static Finding Repeated(ResultField field) => new(
        RejectionCode.ResultUpdate, $"{Describe(field)} is changed in a callback, which runs any number of times; a loop with a bound can do that.");

    private Finding? NoField(Register register, Place place) => _environment.FindResult(place) is not { } index
        ? new(RejectionCode.ResultAccess, $"{register} leads to {place.Size} bytes at offset {place.Offsets} of {(place.Region.Kind == RegionKind.GroupValue ? place.Region : "the results")}, which aren't exactly one field.", register)
        : _environment.Result(index) is { IsUpdatedByHelpers: true } field
        ? new(RejectionCode.ResultAccess, $"{register} leads to {Describe(field)} of type {field.Type.CName()}; only helpers update it ({Updater(field)}).", register)
        : null;

    private static string Updater(ResultField field) =>
        string.Join(", ", HelperTable.All.Where(helper => helper.Update == new ResultUpdate(field.Merge, field.Type)).Select(helper => helper.Name));

    private static string Describe(ResultField field) => $"result {field.Name} ({field.Merge})";

    private static string Allowed(ResultField field) => field.Merge switch
    {
        MergeRule.Sum when !field.Type.IsSigned() => "an unsigned sum may only be given its own content plus a number that depends on no result.",
        MergeRule.Sum => "a sum may only be given its own content plus or minus a number that depends on no result.",
        MergeRule.Or => "it may only be given its own content | a number that depends on no result.",
        MergeRule.And => "it may only be given its own content & a number that depends on no result.",
        _ => "it may only be given a number that depends on no result, where that was compared with its content as its type orders numbers.",
    };
}
