using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>Fields that are tagged with their merge: results, and the members of groups' values.</summary>
/// <param name="types">The object's types.</param>
/// <param name="tags">Its tags.</param>
/// <param name="refuse">Makes the refusal of a field, from its name and the reason.</param>
internal sealed class MergedFieldReader(BtfTypes types, DeclTags tags, Func<string, string, ObjectContractException> refuse)
{
    private static readonly ImmutableArray<MergeRule> Merges = [.. Enum.GetValues<MergeRule>()];

    /// <summary>Whether a type is one field, though it may be a struct in C.</summary>
    public static bool IsField(BtfType type) => FieldTypeReader.Find(type) is not null || FieldTypeReader.FindWideSum(type) is not null;

    /// <summary>The members of a struct.</summary>
    /// <param name="number">The struct's type number.</param>
    /// <param name="fields">The struct.</param>
    /// <param name="offset">Where it begins.</param>
    public IEnumerable<ResultField> ReadMembers(int number, BtfComposite fields, long offset) =>
        fields.Members.Select((member, index) => member.BitfieldBits != 0 || member.BitOffset % 8 != 0
            ? throw refuse(member.Name, "bit fields aren't supported")
            : ReadField(member.Name, member.Type, offset + (long)(member.BitOffset / 8), tags.On(number, index)));

    /// <summary>A member or variable.</summary>
    public ResultField ReadField(string name, int typeNumber, long offset, IEnumerable<string> tagsOfField)
    {
        BtfType resolved = types.Resolve(typeNumber).Type;
        FieldType? wideSum = FieldTypeReader.FindWideSum(resolved);
        if (name.Length == 0 || (wideSum ?? FieldTypeReader.Find(resolved)) is not FieldType type)
        {
            throw refuse(
                name.Length == 0 ? "(anonymous)" : name,
                $"type '{types.Describe(typeNumber)}' can't be merged; results have the types {FieldTypeReader.Known}, nd_f64_sum and nd_i128_sum");
        }

        MergeRule merge = ReadMerge(name, [.. tagsOfField]);
        bool isByHelpers = type is FieldType.Float64 or FieldType.Int128;
        if ((wideSum is not null) != (merge == MergeRule.Sum && isByHelpers))
        {
            throw refuse(name, wideSum is not null
                ? $"'{types.Describe(typeNumber)}' is the type of a sum: write ND_SUM after its name"
                : type == FieldType.Float64
                ? "a sum of doubles is exact, which nd_f64 can't hold: declare it nd_f64_sum and update it with nd_sum_f64()"
                : "a sum of 128-bit integers is wider than they are: declare it nd_i128_sum and update it with nd_sum_i128()");
        }

        if (merge is MergeRule.Or or MergeRule.And && isByHelpers)
        {
            throw refuse(name, $"type '{types.Describe(typeNumber)}' has no {DeclTags.Of(merge)}; write ND_MIN or ND_MAX after its name");
        }

        if (merge == MergeRule.Sum && !isByHelpers && type.Size() != sizeof(long))
        {
            throw refuse(name, $"a sum is 64 bits wide; '{types.Describe(typeNumber)}' has {type.Size() * 8}");
        }

        return offset <= int.MaxValue
            ? new ResultField(name, (int)offset, type, merge)
            : throw refuse(name, $"byte {offset} is beyond what a section can have");
    }

    /// <summary>The fields in order of offset, each with a name and a place of its own.</summary>
    /// <param name="given">In any order.</param>
    /// <param name="length">Bytes that they lie in.</param>
    public ImmutableArray<ResultField> InOrder(IEnumerable<ResultField> given, long length)
    {
        var fields = new List<ResultField>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ResultField field in given)
        {
            // At once: variables that share a struct could otherwise multiply its fields.
            if (!names.Add(field.Name))
            {
                throw refuse(field.Name, "the name is used twice");
            }

            fields.Add(field);
        }

        fields.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        long end = 0;
        foreach (ResultField field in fields)
        {
            if (field.Offset < end || field.Offset + (long)field.Size > length || field.Offset % field.Alignment != 0)
            {
                throw refuse(field.Name, $"byte {field.Offset} of {length} isn't a place of its own with natural alignment");
            }

            end = field.Offset + (long)field.Size;
        }

        return [.. fields];
    }

    private MergeRule ReadMerge(string name, string[] tagsOfField)
    {
        if (tagsOfField.Length != 1)
        {
            string found = tagsOfField.Length == 0 ? "has no merge" : $"has {string.Join(" and ", tagsOfField)}";
            throw refuse(name, $"it {found}; write one of {KnownMerges()} after its name");
        }

        foreach (MergeRule merge in Merges)
        {
            if (DeclTags.Of(merge) == tagsOfField[0])
            {
                return merge;
            }
        }

        throw refuse(name, $"tag {tagsOfField[0]} is unknown; write one of {KnownMerges()} after its name");
    }

    private static string KnownMerges() => string.Join(", ", Merges.Select(merge => $"ND_{merge.ToString().ToUpperInvariant()}"));
}
