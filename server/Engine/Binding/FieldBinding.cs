using System.Collections.Immutable;
using NearData.Engine.Datasets;
using NearData.Isa.Programs;

namespace NearData.Engine.Binding;

/// <summary>A row's field and the column that it was bound to.</summary>
/// <param name="Field">Index in the row's fields.</param>
/// <param name="RowField">The field itself.</param>
/// <param name="Column">The dataset's column of the same name.</param>
public sealed record FieldBinding(int Field, RowField RowField, DatasetColumn Column);

/// <summary>Why a program's row does not fit a dataset.</summary>
public enum BindingFault
{
    ColumnMissing,
    TypeMismatch,
    NullableColumn,
}

/// <summary>A program's row does not fit the dataset. The caller's to fix; both sides are named.</summary>
public sealed class BindingException(BindingFault fault, string field, string message) : Exception(message)
{
    public BindingFault Fault { get; } = fault;

    /// <summary>The field, and so the column, at fault.</summary>
    public string Field { get; } = field;
}

/// <summary>Binds the fields of a program's row to a dataset's columns, by name.</summary>
public static class RowBinder
{
    /// <summary>
    /// Only the fields that verified code loads are bound: a field that is declared and never loaded needs no column.
    /// </summary>
    /// <exception cref="BindingException">A column is missing, or has another type, or has nulls that the field can't show.</exception>
    public static ImmutableArray<FieldBinding> Bind(RowLayout row, IEnumerable<int> fields, Dataset dataset) =>
        [.. fields.Select(field => Bind(row, field, dataset))];

    private static FieldBinding Bind(RowLayout row, int index, Dataset dataset)
    {
        RowField field = row.Fields[index];
        DatasetColumn column = dataset.FindColumn(field.Name) ?? throw new BindingException(
            BindingFault.ColumnMissing,
            field.Name,
            $"Field '{field.Name}' of struct {row.Name} has no column: dataset '{dataset.Name}' has {ListOf(dataset)}.");

        if (!TypeRules.Accepts(field.Type, column.Type))
        {
            throw new BindingException(
                BindingFault.TypeMismatch,
                field.Name,
                $"Field '{field.Name}' of struct {row.Name} is {field.Type.CName()}, but column '{column.Name}' of dataset '{dataset.Name}' is {column.Type}: {TypeRules.Advice(column.Type)}.");
        }

        if (column.IsNullable && !field.IsNullable && column.NullCount != 0)
        {
            string nulls = column.NullCount is { } count ? $"has {count} nulls" : "may have nulls";
            throw new BindingException(
                BindingFault.NullableColumn,
                field.Name,
                $"Field '{field.Name}' of struct {row.Name} is a plain {field.Type.CName()}, but column '{column.Name}' of dataset '{dataset.Name}' {nulls}: declare it ND_NULLABLE({field.Type.CName()}).");
        }

        return new FieldBinding(index, field, column);
    }

    private static string ListOf(Dataset dataset) => string.Join(", ", dataset.Columns.Select(column => column.Name));
}
