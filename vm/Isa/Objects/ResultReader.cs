using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>The result fields from the variables of <c>.bss.results</c> and their tags.</summary>
internal sealed class ResultReader(BtfTypes types, DeclTags tags)
{
    private static readonly ImmutableArray<MergeRule> Merges = [.. Enum.GetValues<MergeRule>()];

    /// <param name="section">The description of <c>.bss.results</c>.</param>
    /// <param name="length">The section's bytes.</param>
    public ImmutableArray<ResultField> Read(BtfDataSection section, int length)
    {
        var fields = new List<ResultField>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ResultField field in section.Variables.SelectMany(ReadVariable))
        {
            // At once: variables that share a struct could otherwise multiply its fields.
            if (!names.Add(field.Name))
            {
                throw Refusal(field.Name, "the name is used twice");
            }

            fields.Add(field);
        }

        fields.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        long end = 0;
        foreach (ResultField field in fields)
        {
            if (field.Offset < end || field.Offset + (long)field.Size > length || field.Offset % field.Alignment != 0)
            {
                throw Refusal(field.Name, $"byte {field.Offset} of {length} isn't a place of its own with natural alignment");
            }

            end = field.Offset + (long)field.Size;
        }

        return [.. fields];
    }

    private IEnumerable<ResultField> ReadVariable(BtfPlacement placement)
    {
        if (types[placement.Variable] is not BtfVariable variable)
        {
            throw Refusal($"type {placement.Variable}", "this is no variable");
        }

        BtfResolved resolved = types.Resolve(variable.Type);
        bool isField = FieldTypeReader.Find(resolved.Type) is not null || FieldTypeReader.FindWideSum(resolved.Type) is not null;
        if (isField || resolved.Type is not BtfComposite { Kind: BtfCompositeKind.Struct } fields)
        {
            return [ReadField(variable.Name, variable.Type, placement.Offset, tags.On(placement.Variable))];
        }

        return fields.Members.Select((member, index) => member.BitfieldBits != 0 || member.BitOffset % 8 != 0
            ? throw Refusal(member.Name, "bit fields aren't supported")
            : ReadField(member.Name, member.Type, placement.Offset + (long)(member.BitOffset / 8), tags.On(resolved.Number, index)));
    }

    private ResultField ReadField(string name, int typeNumber, long offset, IEnumerable<string> tagsOfField)
    {
        BtfType resolved = types.Resolve(typeNumber).Type;
        FieldType? wideSum = FieldTypeReader.FindWideSum(resolved);
        if (name.Length == 0 || (wideSum ?? FieldTypeReader.Find(resolved)) is not FieldType type)
        {
            throw Refusal(
                name.Length == 0 ? "(anonymous)" : name,
                $"type '{types.Describe(typeNumber)}' can't be merged; results have the types {FieldTypeReader.Known}, nd_f64_sum and nd_i128_sum");
        }

        MergeRule merge = ReadMerge(name, [.. tagsOfField]);
        bool isByHelpers = type is FieldType.Float64 or FieldType.Int128;
        if ((wideSum is not null) != (merge == MergeRule.Sum && isByHelpers))
        {
            throw Refusal(name, wideSum is not null
                ? $"'{types.Describe(typeNumber)}' is the type of a sum: write ND_SUM after its name"
                : type == FieldType.Float64
                ? "a sum of doubles is exact, which nd_f64 can't hold: declare it nd_f64_sum and update it with nd_sum_f64()"
                : "a sum of 128-bit integers is wider than they are: declare it nd_i128_sum and update it with nd_sum_i128()");
        }

        if (merge is MergeRule.Or or MergeRule.And && isByHelpers)
        {
            throw Refusal(name, $"type '{types.Describe(typeNumber)}' has no {DeclTags.Of(merge)}; write ND_MIN or ND_MAX after its name");
        }

        if (merge == MergeRule.Sum && !isByHelpers && type.Size() != sizeof(long))
        {
            throw Refusal(name, $"a sum is 64 bits wide; '{types.Describe(typeNumber)}' has {type.Size() * 8}");
        }

        return offset <= int.MaxValue
            ? new ResultField(name, (int)offset, type, merge)
            : throw Refusal(name, $"byte {offset} is beyond what a section can have");
    }

    private static MergeRule ReadMerge(string name, string[] tagsOfField)
    {
        if (tagsOfField.Length != 1)
        {
            string found = tagsOfField.Length == 0 ? "has no merge" : $"has {string.Join(" and ", tagsOfField)}";
            throw Refusal(name, $"it {found}; write one of {KnownMerges()} after its name");
        }

        foreach (MergeRule merge in Merges)
        {
            if (DeclTags.Of(merge) == tagsOfField[0])
            {
                return merge;
            }
        }

        throw Refusal(name, $"tag {tagsOfField[0]} is unknown; write one of {KnownMerges()} after its name");
    }

    private static string KnownMerges() => string.Join(", ", Merges.Select(merge => $"ND_{merge.ToString().ToUpperInvariant()}"));

    private static ObjectContractException Refusal(string name, string reason) =>
        new(SectionRoles.Results, name, $"Result '{name}': {reason}.");
}
