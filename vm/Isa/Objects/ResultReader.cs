using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>The result fields from the variables of <c>.bss.results</c> and their tags.</summary>
internal sealed class ResultReader(BtfTypes types, DeclTags tags)
{
    private readonly MergedFieldReader _fields = new(types, tags, Refusal);

    /// <param name="section">The description of <c>.bss.results</c>.</param>
    /// <param name="length">The section's bytes.</param>
    public ImmutableArray<ResultField> Read(BtfDataSection section, int length) =>
        _fields.InOrder(section.Variables.SelectMany(ReadVariable), length);

    private IEnumerable<ResultField> ReadVariable(BtfPlacement placement)
    {
        if (types[placement.Variable] is not BtfVariable variable)
        {
            throw Refusal($"type {placement.Variable}", "this is no variable");
        }

        BtfResolved resolved = types.Resolve(variable.Type);
        return !MergedFieldReader.IsField(resolved.Type) && resolved.Type is BtfComposite { Kind: BtfCompositeKind.Struct } fields
            ? _fields.ReadMembers(resolved.Number, fields, placement.Offset)
            : [_fields.ReadField(variable.Name, variable.Type, placement.Offset, tags.On(placement.Variable))];
    }

    private static ObjectContractException Refusal(string name, string reason) =>
        new(SectionRoles.Results, name, $"Result '{name}': {reason}.");
}
