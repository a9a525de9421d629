using System.Collections.Immutable;

namespace NearData.Isa.Programs;

/// <summary>
/// One member of a row's C struct. A field declared <c>ND_NULLABLE(type)</c> has a validity byte, 1 where the value is present
/// and 0 where it is null; the value of a null is zero.
/// </summary>
/// <param name="Name">The column's name.</param>
/// <param name="Offset">Bytes from the struct's start to the value.</param>
/// <param name="Type">The value's type.</param>
/// <param name="ValidityOffset">Bytes from the struct's start to the validity byte; null for a plain field.</param>
public sealed record RowField(string Name, int Offset, FieldType Type, int? ValidityOffset = null)
{
    public bool IsNullable => ValidityOffset is not null;
}

/// <summary>A row as a program sees it: a C struct whose fields are bound to columns by name.</summary>
/// <param name="Name">The struct's tag.</param>
/// <param name="Size">Bytes of the struct.</param>
/// <param name="Fields">In order of offset; they don't overlap.</param>
public sealed record RowLayout(string Name, int Size, ImmutableArray<RowField> Fields);
