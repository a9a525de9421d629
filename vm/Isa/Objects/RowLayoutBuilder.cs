using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>Lays out a row as C would lay out the same struct. Not thread-safe.</summary>
/// <param name="name">The struct's tag: a C identifier.</param>
public sealed class RowLayoutBuilder(string name)
{
    private readonly ImmutableArray<RowField>.Builder _fields = ImmutableArray.CreateBuilder<RowField>();
    private NaturalLayout _layout;

    /// <summary>Adds a field that always has a value.</summary>
    public RowLayoutBuilder Add(string field, FieldType type)
    {
        _fields.Add(new RowField(field, _layout.Place(type), type));
        return this;
    }

    /// <summary>Adds a field declared <c>ND_NULLABLE(type)</c>.</summary>
    public RowLayoutBuilder AddNullable(string field, FieldType type)
    {
        int offset = _layout.PlaceNullable(type);
        _fields.Add(new RowField(field, offset, type, offset + type.Size()));
        return this;
    }

    /// <summary>The layout of all fields so far.</summary>
    public RowLayout Build() => new(name, _layout.Size, _fields.ToImmutable());
}
