using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa.Objects;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>Where an object's row fields and parameters lie.</summary>
internal sealed class DataLayout
{
    private readonly Dictionary<string, RowField> _fields;
    private readonly Dictionary<string, ParameterField> _parameters;

    public DataLayout(ShapeLeaves leaves)
    {
        RowLayoutBuilder row = new(ResultNames.Row);
        foreach (RowColumn column in leaves.Columns)
        {
            row = column.IsNullable ? row.AddNullable(column.Name, column.Type) : row.Add(column.Name, column.Type);
        }

        Row = row.Build();
        Parameters = ParameterLayout.Of(
            [.. leaves.Parameters.Select(parameter => (parameter.Name, parameter.Type))],
            [.. leaves.Texts.Select(text => (text.Name, text.Capacity))]);
        Lookups = leaves.Lookups;
        _fields = Row.Fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
        _parameters = Parameters.ToDictionary(field => field.Name, StringComparer.Ordinal);
    }

    public RowLayout Row { get; }

    public ImmutableArray<ParameterField> Parameters { get; }

    /// <summary>In the order of their maps.</summary>
    public IReadOnlyList<Lookup> Lookups { get; }

    /// <summary>Bytes from the row's start to the column's value.</summary>
    public short Value(RowColumn column) => checked((short)_fields[column.Name].Offset);

    /// <summary>Bytes from the row's start to the validity byte of a nullable column.</summary>
    public short Validity(RowColumn column) => checked((short)_fields[column.Name].ValidityOffset!.Value);

    /// <summary>Bytes from the start of the parameters.</summary>
    public int Offset(Parameter parameter) => _parameters[parameter.Name].Offset;

    /// <inheritdoc cref="Offset(Parameter)"/>
    public int Offset(TextParameter parameter) => _parameters[parameter.Name].Offset;
}
