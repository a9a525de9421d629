using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>
/// The parameters among the variables of <c>.rodata</c>: global and <c>volatile</c>. Without <c>volatile</c> the compiler has
/// already used the value, and a <c>static</c> variable is the author's own constant.
/// </summary>
internal sealed class ParameterReader(BtfTypes types)
{
    /// <param name="section">The description of <c>.rodata</c>.</param>
    /// <param name="length">The section's bytes.</param>
    public ImmutableArray<ParameterField> Read(BtfDataSection section, int length)
    {
        var parameters = new SortedList<uint, ParameterField>();
        foreach (BtfPlacement placement in section.Variables)
        {
            if (types[placement.Variable] is not BtfVariable { Linkage: BtfLinkage.Global } variable
                || !IsVolatile(variable.Type))
            {
                continue;
            }

            if (FieldTypeReader.Find(types.Resolve(variable.Type).Type) is not FieldType type || type == FieldType.Float64)
            {
                throw Refusal(variable, $"parameters have the types {FieldTypeReader.KnownIntegers}; a constant of another type is static");
            }

            if (placement.Offset + (long)type.Size() > length
                || placement.Offset % type.Size() != 0
                || !parameters.TryAdd(placement.Offset, new ParameterField(variable.Name, (int)placement.Offset, type)))
            {
                throw Refusal(variable, $"byte {placement.Offset} of {length} isn't a place of its own with natural alignment");
            }
        }

        CheckPlaces(parameters.Values);
        CheckNames(parameters.Values);
        return [.. parameters.Values];
    }

    /// <summary>An array is as volatile as its elements.</summary>
    private bool IsVolatile(int type)
    {
        BtfResolved resolved = types.Resolve(type);
        return resolved.IsVolatile || (resolved.Type is BtfArray array && types.Resolve(array.Element).IsVolatile);
    }

    /// <summary>In order of offset: one value would change another that shares its bytes.</summary>
    private static void CheckPlaces(IEnumerable<ParameterField> parameters)
    {
        int end = 0;
        foreach (ParameterField parameter in parameters)
        {
            if (parameter.Offset < end)
            {
                throw new ObjectContractException(
                    SectionRoles.ReadOnlyData, parameter.Name, $"Parameter '{parameter.Name}': byte {parameter.Offset} belongs to another parameter.");
            }

            end = parameter.Offset + parameter.Type.Size();
        }
    }

    private static void CheckNames(IEnumerable<ParameterField> parameters)
    {
        if (parameters.CountBy(parameter => parameter.Name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1).Key is string twice)
        {
            throw new ObjectContractException(SectionRoles.ReadOnlyData, twice, $"Parameter '{twice}': the name is used twice.");
        }
    }

    private ObjectContractException Refusal(BtfVariable variable, string reason) => new(
        SectionRoles.ReadOnlyData, variable.Name, $"Parameter '{variable.Name}' of type '{types.Describe(variable.Type)}': {reason}.");
}
