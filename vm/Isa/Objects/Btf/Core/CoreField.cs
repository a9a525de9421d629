namespace NearData.Isa.Objects.Btf.Core;

/// <summary>One step on the way to a field: a member by name, or an element of an array.</summary>
/// <param name="Type">The struct or union that has the member; the element's type.</param>
/// <param name="Index">The member's index in it; the element's.</param>
/// <param name="Name">The member's name; null for an element.</param>
internal readonly record struct CoreStep(int Type, int Index, string? Name);

/// <summary>A field inside a type: the way to it, and where it lies.</summary>
/// <param name="Types">Whose numbers the steps have.</param>
/// <param name="Steps">At least one: the element of an imagined array of the whole type.</param>
/// <param name="BitOffset">Bits from the type's start.</param>
internal sealed record CoreField(BtfTypes Types, IReadOnlyList<CoreStep> Steps, long BitOffset)
{
    /// <summary>libbpf's limit of steps.</summary>
    public const int MaxSteps = 64;

    /// <summary>The field's type; for the last step an element, the element's.</summary>
    public int Type => Member?.Type ?? Steps[^1].Type;

    /// <summary>The member that the field is; null for an element.</summary>
    public BtfMember? Member => Steps[^1].Name is null ? null : ((BtfComposite)Types[Steps[^1].Type]).Members[Steps[^1].Index];

    /// <summary>The field that a relocation of the object names; null where its access leads nowhere.</summary>
    public static CoreField? Read(BtfTypes types, int type, ReadOnlySpan<int> access)
    {
        if (access.IsEmpty || access.Length > MaxSteps || types.SizeOf(type) is not long size)
        {
            return null;
        }

        int at = types.Resolve(type).Number;
        var steps = new List<CoreStep> { new(at, access[0], null) };
        Int128 offset = (Int128)access[0] * size * 8;
        foreach (int index in access[1..])
        {
            switch (types[at])
            {
                case BtfComposite composite when index < composite.Members.Length:
                    BtfMember member = composite.Members[index];
                    offset += member.BitOffset;
                    if (member.Name.Length != 0)
                    {
                        steps.Add(new CoreStep(at, index, member.Name));
                    }

                    at = types.Resolve(member.Type).Number;
                    break;
                case BtfArray array when IsInside(types, steps, array, index):
                    at = types.Resolve(array.Element).Number;
                    offset += (Int128)index * (types.SizeOf(at) ?? 0) * 8;
                    steps.Add(new CoreStep(at, index, null));
                    break;
                default:
                    return null;
            }
        }

        return offset <= int.MaxValue ? new CoreField(types, steps, (long)offset) : null;
    }

    /// <summary>Whether an array has an element; one without a length at a struct's end has all (a flexible array member).</summary>
    public static bool IsInside(BtfTypes types, IReadOnlyList<CoreStep> steps, BtfArray array, int index) =>
        (uint)index < array.Count
        || (array.Count <= 1
            && steps[^1] is { Name: not null } last
            && types[last.Type] is BtfComposite composite
            && last.Index == composite.Members.Length - 1);
}

/// <summary>Looks for a field of the object in the target's types, member by member by name (libbpf's bpf_core_spec_match).</summary>
internal sealed class CoreFieldMatcher(BtfTypes target, CoreTypeMatcher matcher, CoreBudget budget)
{
    /// <summary>The same field in a type of the target, or null.</summary>
    public CoreField? Find(CoreField field, int candidate)
    {
        int at = target.Resolve(candidate).Number;
        var steps = new List<CoreStep>();
        Int128 offset = 0;
        foreach (CoreStep step in field.Steps)
        {
            if (step.Name is not null)
            {
                int type = ((BtfComposite)field.Types[step.Type]).Members[step.Index].Type;
                if (FindMember(step.Name, type, at, BtfTypes.MaxDepth) is not (CoreStep found, long bits, int next))
                {
                    return null;
                }

                steps.Add(found);
                offset += bits;
                at = target.Resolve(next).Number;
                continue;
            }

            if (steps.Count > 0)
            {
                if (target[at] is not BtfArray array || !CoreField.IsInside(target, steps, array, step.Index))
                {
                    return null;
                }

                at = target.Resolve(array.Element).Number;
            }

            if (target.SizeOf(at) is not long size)
            {
                return null;
            }

            steps.Add(new CoreStep(at, step.Index, null));
            offset += (Int128)step.Index * size * 8;
        }

        return offset <= int.MaxValue ? new CoreField(target, steps, (long)offset) : null;
    }

    /// <summary>The member with a name, also inside of members without one; its offset in bits, and its type.</summary>
    private (CoreStep Step, long Offset, int Type)? FindMember(string name, int localType, int at, int depth)
    {
        if (depth == 0 || target[at] is not BtfComposite composite)
        {
            return null;
        }

        for (int i = 0; i < composite.Members.Length; i++)
        {
            budget.Take();
            BtfMember member = composite.Members[i];
            if (member.Name.Length == 0)
            {
                if (FindMember(name, localType, target.Resolve(member.Type).Number, depth - 1) is (CoreStep step, long offset, int type))
                {
                    return (step, offset + member.BitOffset, type);
                }
            }
            else if (member.Name == name)
            {
                return matcher.AreCompatibleFields(localType, member.Type) ? (new CoreStep(at, i, name), member.BitOffset, member.Type) : null;
            }
        }

        return null;
    }
}
