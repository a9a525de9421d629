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

            (FieldType Type, int Capacity)? found = Find(types.Resolve(variable.Type).Type);
            if (found is not var (type, capacity))
            {
                throw Refusal(variable, $"parameters have the types {FieldTypeReader.KnownIntegers} and nd_f64, or are arrays of char; a constant of another type is static");
            }

            ParameterField parameter = new(variable.Name, (int)long.Min(placement.Offset, int.MaxValue), type, capacity);
            int alignment = type == FieldType.Text ? 1 : type.Alignment();
            if (placement.Offset + (long)parameter.Size > length
                || placement.Offset % alignment != 0
                || !parameters.TryAdd(placement.Offset, parameter))
            {
                throw Refusal(variable, $"byte {placement.Offset} of {length} isn't a place of its own with natural alignment");
            }
        }

        CheckPlaces(parameters.Values);
        CheckNames(parameters.Values);
        return [.. parameters.Values];
    }

    private (FieldType Type, int Capacity)? Find(BtfType type)
    {
        bool isText = type is BtfArray { Count: > 0 and < int.MaxValue } array && types.Resolve(array.Element).Type is BtfInt { Name: "char", Size: 1 };
        return isText ? (FieldType.Text, (int)((BtfArray)type).Count)
            : FieldTypeReader.Find(type) is { } known and not FieldType.Int128 ? (known, 0)
            : null;
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

            end = parameter.Offset + parameter.Size;
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
