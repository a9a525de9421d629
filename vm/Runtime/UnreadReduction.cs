using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Ir;

namespace NearData.Vm;

/// <summary>
/// What a reduction comes to over records that it needn't see: each of its updates is a constant, or the least or greatest value of a field; for all
/// records, or for those that have a value in a field. So counts and extremes are answered from what is known of a file's columns. Immutable.
/// </summary>
public sealed class UnreadReduction
{
    private readonly QueryProgram _query;
    private readonly ImmutableArray<Update> _updates;

    private UnreadReduction(QueryProgram query, ImmutableArray<Update> updates)
    {
        _query = query;
        _updates = updates;
    }

    /// <summary>The query's reduction, if it is one; null where it has to see its records.</summary>
    /// <param name="query">The query.</param>
    /// <param name="parameters">The execution's.</param>
    public static UnreadReduction? Of(QueryProgram query, ParameterValues parameters)
    {
        if (query.Reduce is not { } reduce)
        {
            return new UnreadReduction(query, []);
        }

        try
        {
            StraightProgram straight = Flattener.Flatten(reduce, parameters.ToArray(), NarrowColumns.None);
            Update?[] updates = straight.Group is null ? [.. straight.Updates.Select(update => Understand(query, update))] : [null];
            return updates.Contains(null) ? null : new UnreadReduction(query, [.. updates.OfType<Update>()]);
        }
        catch (NotStraightException)
        {
            return null;
        }
    }

    /// <summary>The fields of which something has to be known.</summary>
    public IEnumerable<int> Fields => _updates.SelectMany(update => (int?[])[update.Present, update.Extreme]).OfType<int>().Distinct();

    /// <summary>What the reduction makes of some records: a value for each result that it updates, to be merged into it. Null where too little is known.</summary>
    /// <param name="records">How many there are, one or more.</param>
    /// <param name="summaryOf">What is known of a field; null where nothing is.</param>
    public ImmutableArray<(int Result, Int128 Value)>? Reduce(long records, Func<int, FieldSummary?> summaryOf)
    {
        var merged = ImmutableArray.CreateBuilder<(int, Int128)>();
        foreach (Update update in _updates)
        {
            if (Records(update, records, summaryOf) is not { } counted)
            {
                return null;
            }

            if (counted == 0)
            {
                continue;
            }

            if (ValueOf(update, counted, summaryOf) is not { } value)
            {
                return null;
            }

            merged.Add((update.Result, value));
        }

        return merged.ToImmutable();
    }

    private static long? Records(Update update, long records, Func<int, FieldSummary?> summaryOf) =>
        update.Present is not { } field ? records : records - summaryOf(field)?.Nulls;

    private Int128? ValueOf(Update update, long records, Func<int, FieldSummary?> summaryOf)
    {
        ResultField result = _query.Results[update.Result];
        if (update.Extreme is not { } field)
        {
            return result.Merge == MergeRule.Sum ? update.Constant * records : update.Constant;
        }

        // What a null counts as is no value of the column's.
        if (summaryOf(field) is not { Values: var (least, greatest), Nulls: var nulls } || (nulls > 0 && update.Present != field))
        {
            return null;
        }

        return result.Merge == MergeRule.Min ? least : greatest;
    }

    private static Update? Understand(QueryProgram query, IrUpdate update)
    {
        ResultField result = query.Results[update.Result];
        int? present = null;
        if (update.Condition.Operation != IrOperation.True && (present = Validity(update.Condition)) is null)
        {
            return null;
        }

        if (update.Value.IsConstant)
        {
            Int128 constant = result.Type.IsSigned() ? update.Value.Number : (ulong)update.Value.Number;
            return new Update(update.Result, constant, Extreme: null, present);
        }

        return result.Merge is MergeRule.Min or MergeRule.Max && Column(query.Row, update.Value, result) is { } field
            ? new Update(update.Result, 0, field, present)
            : null;
    }

    /// <summary>The field whose presence a truth tells; null for every other truth.</summary>
    private static int? Validity(IrNode truth) => truth switch
    {
        { Operation: IrOperation.Not, First: { Operation: IrOperation.Equal } equal } when ComparedWith(equal, 0) is { } byZero => byZero,
        { Operation: IrOperation.Equal } when ComparedWith(truth, 1) is { } byOne => byOne,
        _ => null,
    };

    private static int? ComparedWith(IrNode equal, long number)
    {
        (IrNode column, IrNode constant) = equal.First!.IsConstant ? (equal.Second!, equal.First) : (equal.First, equal.Second!);
        return constant.Is(number) && column is { Operation: IrOperation.Column, Part.Target: AccessTarget.FieldValidity } ? column.Part.Index : null;
    }

    /// <summary>The field that a value is all of, as the number that it stands for.</summary>
    private static int? Column(RowLayout row, IrNode value, ResultField result)
    {
        if (value is not { Operation: IrOperation.Column, Part: { Target: AccessTarget.FieldValue, Offset: 0 } part })
        {
            return null;
        }

        FieldType type = row.Fields[part.Index].Type;
        bool isNumber = type.Size() <= sizeof(long) && type is not (FieldType.Float64 or FieldType.Text);
        bool isWhole = part.Size == type.Size() && type.IsSigned() == result.Type.IsSigned() && type.Size() <= result.Type.Size();
        bool isExtended = part.Size == sizeof(long) || part.Sign == (type.IsSigned() ? Compilation.NumberSign.Signed : Compilation.NumberSign.Unsigned);
        return isNumber && isWhole && isExtended ? part.Index : null;
    }

    /// <param name="Result">Index in the query's results.</param>
    /// <param name="Constant">What is merged into it for each record, where no field's extreme is.</param>
    /// <param name="Extreme">The field whose least or greatest value is merged into it.</param>
    /// <param name="Present">The field that has to have a value in a record for it to count; null where all records do.</param>
    private sealed record Update(int Result, Int128 Constant, int? Extreme, int? Present);
}
