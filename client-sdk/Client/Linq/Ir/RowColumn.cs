using NearData.Isa.Programs;

namespace NearData.Client.Linq.Ir;

/// <summary>A column as a program's row has it.</summary>
/// <param name="Name">The column's, and so the field's, name.</param>
/// <param name="Ordinal">Its place in the dataset, which orders the row's fields.</param>
/// <param name="Type">The field's type.</param>
/// <param name="IsNullable">Whether the field has a validity byte: the dataset has nulls there, or may have.</param>
/// <param name="Range">The present values: the dataset's own where it says them, otherwise the type's.</param>
internal sealed record RowColumn(string Name, int Ordinal, FieldType Type, bool IsNullable, Interval Range);
