using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa.Objects;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>A query's shape as the object that is loaded.</summary>
/// <param name="Elf">The object's file; the same shape gives the same bytes.</param>
/// <param name="Parameters">What an execution has to give.</param>
internal sealed record QueryObject(byte[] Elf, ImmutableArray<string> Parameters)
{
    /// <exception cref="QueryTranslationException">The program is too long for its jumps.</exception>
    public static QueryObject Of(QueryShape shape)
    {
        DataLayout layout = new(new ShapeLeaves(shape));
        ResultTable results = new(shape.Aggregate);
        ObjectBuilder builder = new(layout.Row, layout.Parameters, results.Fields);
        if (shape.Filter is not Constant { Value: true })
        {
            builder.Add(ResultNames.Filter, ProgramKind.Filter, ProgramEmitter.Filter(shape.Filter, layout));
        }

        builder.Add(ResultNames.Reduce, ProgramKind.Reduce, ProgramEmitter.Reduce(shape.Aggregate, results, layout));
        return new(builder.Build(), [.. layout.Parameters.Select(parameter => parameter.Name)]);
    }

    /// <exception cref="QueryTranslationException">The program is too long for its jumps.</exception>
    public static QueryObject Of(GroupShape shape)
    {
        DataLayout layout = new(new ShapeLeaves(shape));
        GroupColumns columns = new(shape);
        ResultField[] results = shape.Key.Any(part => part is TextKey) ? [new ResultField(ResultNames.LongTexts, 0, FieldType.UInt64, MergeRule.Sum)] : [];
        ObjectBuilder builder = new ObjectBuilder(layout.Row, layout.Parameters, [.. results])
            .AddGroups(ResultNames.Groups, columns.Layout, shape.MaxGroups);
        if (shape.Filter is not Constant { Value: true })
        {
            builder.Add(ResultNames.Filter, ProgramKind.Filter, ProgramEmitter.Filter(shape.Filter, layout));
        }

        builder.Add(ResultNames.Reduce, ProgramKind.Reduce, GroupEmitter.Reduce(shape, columns, layout));
        return new(builder.Build(), [.. layout.Parameters.Select(parameter => parameter.Name)]);
    }
}
