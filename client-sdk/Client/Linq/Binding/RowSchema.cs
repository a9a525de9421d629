using System.Reflection;
using System.Text.Json;
using NearData.Client.Linq.Ir;
using NearData.Contracts.V1;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Binding;

/// <summary>
/// A dataset's columns as the properties of a row type. A property stands for the column that <see cref="ColumnAttribute"/> names;
/// without one, for the column of exactly its name, or else of its name in snake_case. Properties are looked at when a query
/// uses them, so a row type may have others. Immutable.
/// </summary>
internal sealed class RowSchema(DescribeDatasetResponse dataset)
{
    /// <summary>The property's column.</summary>
    /// <exception cref="QueryTranslationException">There is none, or the property can't show all of its values.</exception>
    public RowProperty Resolve(PropertyInfo property)
    {
        int ordinal = Find(property);
        Column column = dataset.Columns[ordinal];
        Type type = property.PropertyType.Bare();
        if (column.Type.Field() is not { } field)
        {
            throw Mismatch(property, column, "programs made from queries can't read columns of this type yet");
        }

        if (!column.Type.CanBe(type))
        {
            throw Mismatch(property, column, column.Type.Advice());
        }

        Interval range = RangeOf(column, field);
        if (!range.IsWithin(type.RegisterRange()))
        {
            throw Mismatch(property, column, $"its values lie in {range}; {column.Type.Advice()}");
        }

        bool hasNulls = column.Nullable && !(column.HasNullCount && column.NullCount == 0);
        if (hasNulls && !MayBeNull(property))
        {
            string nulls = column.HasNullCount ? $"has {column.NullCount} nulls" : "may have nulls";
            throw Mismatch(property, column, $"it {nulls}; declare the property {type.CSharpName()}?");
        }

        return new(new(column.Name, ordinal, field, hasNulls, range), column.Type.Scale(type));
    }

    // Without annotations, text may be null in C# too.
    private static bool MayBeNull(PropertyInfo property) => property.PropertyType == typeof(string)
        ? new NullabilityInfoContext().Create(property).ReadState != NullabilityState.NotNull
        : property.PropertyType.IsNullable();

    private static Interval RangeOf(Column column, FieldType field) => column switch
    {
        { Type.Kind: ColumnType.Types.Kind.String } => Interval.Bit,
        { Range: { } range } when range.Minimum <= range.Maximum => new(range.Minimum, range.Maximum),
        { Type.Kind: ColumnType.Types.Kind.Decimal } =>
            new(1 - ClientValues.PowerOfTen((int)column.Type.Precision), ClientValues.PowerOfTen((int)column.Type.Precision) - 1),
        _ => Interval.Of(field),
    };

    private int Find(PropertyInfo property)
    {
        if (property.GetCustomAttribute<ColumnAttribute>()?.Name is { } given)
        {
            return IndexOf(given) ?? throw Missing(property, $"'{given}'");
        }

        string snake = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        return IndexOf(property.Name) ?? IndexOf(snake) ?? throw Missing(property, $"'{property.Name}' or '{snake}'");
    }

    private int? IndexOf(string name)
    {
        for (int index = 0; index < dataset.Columns.Count; index++)
        {
            if (string.Equals(dataset.Columns[index].Name, name, StringComparison.Ordinal))
            {
                return index;
            }
        }

        return null;
    }

    private QueryTranslationException Missing(PropertyInfo property, string names) => new(
        Name(property),
        $"dataset '{dataset.Summary?.Name}' has no column {names}; it has {string.Join(", ", dataset.Columns.Select(column => column.Name))}. A [Column(\"name\")] on the property names another.");

    private QueryTranslationException Mismatch(PropertyInfo property, Column column, string reason) => new(
        Name(property),
        $"it is {property.PropertyType.CSharpName()}, and column '{column.Name}' of dataset '{dataset.Summary?.Name}' is {column.Type.Text()}{(column.Nullable ? ", nullable" : "")}: {reason}.");

    private static string Name(PropertyInfo property) => $"{property.DeclaringType?.Name}.{property.Name}";
}
