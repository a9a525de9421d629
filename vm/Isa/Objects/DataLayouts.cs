using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>Places parameters in <c>.rodata</c> one after another.</summary>
public static class ParameterLayout
{
    /// <summary>The parameters in the order given, naturally aligned; behind them arrays for text.</summary>
    public static ImmutableArray<ParameterField> Of(IEnumerable<(string Name, FieldType Type)> parameters, params IEnumerable<(string Name, int Capacity)> texts)
    {
        var layout = default(NaturalLayout);
        var fields = ImmutableArray.CreateBuilder<ParameterField>();
        foreach ((string name, FieldType type) in parameters)
        {
            fields.Add(new ParameterField(name, layout.Place(type), type));
        }

        foreach ((string name, int capacity) in texts)
        {
            fields.Add(new ParameterField(name, layout.Place(capacity, alignment: 1), FieldType.Text, capacity));
        }

        return fields.ToImmutable();
    }
}

/// <summary>Places results in <c>.bss.results</c> one after another.</summary>
public static class ResultLayout
{
    /// <summary>The results in the order given, naturally aligned.</summary>
    public static ImmutableArray<ResultField> Of(IEnumerable<(string Name, FieldType Type, MergeRule Merge)> results)
    {
        var layout = default(NaturalLayout);
        var fields = ImmutableArray.CreateBuilder<ResultField>();
        foreach ((string name, FieldType type, MergeRule merge) in results)
        {
            var field = new ResultField(name, 0, type, merge);
            fields.Add(field with { Offset = layout.Place(field.Size, field.Alignment) });
        }

        return fields.ToImmutable();
    }
}
