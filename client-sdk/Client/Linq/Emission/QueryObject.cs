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
    /// <exception cref="QueryTranslationException">The program is too long for its jumps, or keeps too much on its stack.</exception>
    public static QueryObject Of(StageShape shape)
    {
        DataLayout layout = new(new ShapeLeaves(shape));
        ResultTable results = new(shape);
        ObjectBuilder builder = new(layout.Row, layout.Parameters, results.Fields);
        foreach (Lookup lookup in layout.Lookups)
        {
            builder.AddFrozenGroups(lookup.Map, lookup.Layout);
        }

        if (shape.Filter is not Constant { Value: true })
        {
            builder.Add(ResultNames.Filter, ProgramKind.Filter, ProgramEmitter.Filter(shape.Filter, layout));
        }

        if (shape is GroupShape groups)
        {
            GroupColumns columns = new(groups);
            builder.AddGroups(groups.Map, columns.Layout, groups.MaxGroups)
                .Add(ResultNames.Reduce, ProgramKind.Reduce, GroupEmitter.Reduce(groups, columns, results, layout));
            if (groups.Having is not Constant { Value: true })
            {
                builder.Add(ResultNames.Emit, ProgramKind.Emit, ProgramEmitter.Emit(groups.Having, columns, layout));
            }
        }
        else
        {
            builder.Add(ResultNames.Reduce, ProgramKind.Reduce, ProgramEmitter.Reduce((QueryShape)shape, results, layout));
        }

        return new(builder.Build(), [.. layout.Parameters.Select(parameter => parameter.Name)]);
    }
}
