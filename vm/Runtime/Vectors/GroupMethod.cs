using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>
/// A reduction by group, compiled for vectors as far as it is the same for all groups: the method leaves the values of a block of records
/// in memory, column by column, for <see cref="GroupRun"/> to bring into the groups. Immutable.
/// </summary>
/// <param name="Straight">The program.</param>
/// <param name="Shape">The vectors.</param>
/// <param name="Columns">What it leaves.</param>
/// <param name="Call">The machine code.</param>
internal sealed record GroupMethod(StraightProgram Straight, VectorShape Shape, ImmutableArray<GroupColumn> Columns, CompiledCall Call)
{
    /// <summary>The most records of a call: a few columns of them stay in a core's first-level cache.</summary>
    public const int MostRecords = 512;

    /// <summary>Records that a call is about are a multiple of this.</summary>
    public const int Step = 8;

    public IrGroup Group => Straight.Group!;

    /// <summary>Records that a call is about for so many. Behind the last is memory of the columns, whose contents belong to no group.</summary>
    public static int Whole(int records) => (records + Step - 1) / Step * Step;

    /// <summary>The row's fields whose texts are the key, or parts of it.</summary>
    public IEnumerable<int> TextFields => Group.Key.Select(part => part.TextField).OfType<int>().Distinct();

    /// <summary>The parts of the key that come of numbers, which differ from record to record.</summary>
    public ImmutableArray<IrKeyPart> NumberParts { get; } = [.. Straight.Group!.Key.Where(part => part.TextField is null && !part.Value.IsConstant)];

    /// <summary>The fields that the method loads.</summary>
    public IEnumerable<int> LoadedFields => Straight.Nodes.Where(node => node.Operation == IrOperation.Column).Select(node => node.Part.Index).Distinct();

    /// <summary>The column of a part of the key, or of a condition.</summary>
    public GroupColumn ColumnOf(IrNode value) => Columns.First(column => column.Value == value);

    /// <summary>The column of what an update merges; null where it adds a constant.</summary>
    public GroupColumn? ColumnOf(IrUpdate update)
    {
        ResultField field = Straight.Fields[update.Result];
        return Columns.FirstOrDefault(column => column.Value == update.Value && (field.Merge != MergeRule.Sum || (column.Magnitude is not null && column.Sign == GroupColumn.SignOf(field))));
    }
}

/// <summary>A value of each record of a block, in 64 bits.</summary>
/// <param name="Value">The value; a truth is minus one or zero.</param>
/// <param name="Field">The row's field whose values they are as they stand; null where the method writes them.</param>
/// <param name="Slot">Where it writes them: the place among the columns that it writes.</param>
/// <param name="Magnitude">
/// Where it leaves a vector whose lanes together have all bits that some value has, of one below zero inverted: the place among those. Null where nobody asks.
/// </param>
/// <param name="Sign">Of the values, for their magnitude.</param>
internal sealed unsafe record GroupColumn(IrNode Value, int? Field, int Slot, int? Magnitude, NumberSign Sign)
{
    /// <summary>Where a block's values are.</summary>
    /// <param name="fields">The columns of the row's fields.</param>
    /// <param name="first">The block's first record in them.</param>
    /// <param name="written">The columns that the method wrote.</param>
    public long* Values(byte** fields, int first, byte* written) => Field is { } field
        ? (long*)fields[2 * field] + first
        : (long*)written + ((long)Slot * GroupMethod.MostRecords);

    /// <summary>The columns that a program's group, and the updates of it, need.</summary>
    public static ImmutableArray<GroupColumn> For(StraightProgram straight)
    {
        List<GroupColumn> columns = [];
        int slots = 0;
        int magnitudes = 0;
        foreach (IrUpdate update in straight.Updates)
        {
            ResultField field = straight.Fields[update.Result];
            bool isSum = field.Merge == MergeRule.Sum;
            if (!(isSum && update.Value.IsConstant))
            {
                Add(update.Value, isSum, SignOf(field));
            }
        }

        if (straight.Group!.Condition.Operation != IrOperation.True)
        {
            Add(straight.Group.Condition, isSum: false, NumberSign.Signed);
        }

        foreach (IrKeyPart part in straight.Group.Key.Where(part => part.TextField is null && !part.Value.IsConstant))
        {
            Add(part.Value, isSum: false, NumberSign.Signed);
        }

        return [.. columns];

        void Add(IrNode value, bool isSum, NumberSign sign)
        {
            int found = columns.FindIndex(column => column.Value == value && (column.Sign == sign || !isSum || column.Magnitude is null));
            if (found < 0)
            {
                int? field = WholeField(straight.Program, value);
                columns.Add(new GroupColumn(value, field, field is null ? slots++ : -1, isSum ? magnitudes++ : null, sign));
            }
            else if (isSum && columns[found].Magnitude is null)
            {
                columns[found] = columns[found] with { Magnitude = magnitudes++, Sign = sign };
            }
        }
    }

    public static NumberSign SignOf(ResultField field) => field.Type.IsSigned() ? NumberSign.Signed : NumberSign.Unsigned;

    private static int? WholeField(Program program, IrNode value) =>
        value is { Operation: IrOperation.Column, Part: { Target: AccessTarget.FieldValue, Offset: 0, Size: sizeof(long) } part }
        && program.Row.Fields[part.Index].Type.Size() == sizeof(long) ? part.Index : null;
}
