using System.Globalization;

namespace NearData.Isa.Objects.Btf.Core;

/// <summary>A value that a relocation asks for, of the object's types or the target's.</summary>
/// <param name="Value">The value.</param>
/// <param name="AccessSize">Bytes of the field, where the value is its offset and it can be loaded whole.</param>
/// <param name="AccessType">Its type, then.</param>
internal readonly record struct CoreValue(ulong Value, int AccessSize = 0, int AccessType = 0);

/// <summary>
/// Fits an object's instructions to another machine's types (CO-RE; kernel Documentation/bpf/btf.rst 4.2, and libbpf's rules of what
/// is the same type, field or value there). What isn't there makes the instruction one that can't be verified, unless the
/// relocation asks just that.
/// </summary>
/// <param name="local">The object's types.</param>
/// <param name="target">The machine's; null where nobody gave them.</param>
internal sealed class CoreRelocator(BtfTypes local, BtfTypes? target)
{
    /// <summary>The longest access: each step's number has at most ten digits, and a colon.</summary>
    private const int MaxAccess = CoreField.MaxSteps * 11;

    private readonly CoreBudget _budget = new();

    /// <summary>Applies the relocations of a section to its instructions.</summary>
    /// <exception cref="ObjectContractException">They need a target, and there is none.</exception>
    public void Apply(string section, IEnumerable<CoreRelocation> relocations, Instruction[] slots)
    {
        foreach (CoreRelocation relocation in relocations)
        {
            long place = (long)relocation.Instruction * Instruction.Size;
            if (relocation.Instruction >= slots.Length)
            {
                throw new ObjectFormatException(section, place, $"A CO-RE relocation lies behind the section's {slots.Length} instructions.");
            }

            try
            {
                CorePatch.Apply(slots, relocation, Compute(section, relocation));
            }
            catch (CorePatchException error)
            {
                throw new ObjectFormatException(section, place, $"CO-RE relocation {Describe(relocation)}: {error.Message}");
            }
        }
    }

    private CoreResult Compute(string section, CoreRelocation relocation)
    {
        int[] access = ParseAccess(relocation.Access);
        switch (relocation.Kind)
        {
            case CoreRelocationKind.LocalTypeId:
                return new CoreResult(null, new CoreValue((ulong)relocation.Type));
            case CoreRelocationKind.FieldByteOffset or CoreRelocationKind.FieldByteSize or CoreRelocationKind.FieldExists
                or CoreRelocationKind.FieldSigned or CoreRelocationKind.FieldLeftShift or CoreRelocationKind.FieldRightShift:
                CoreField field = CoreField.Read(local, relocation.Type, access) ?? throw new CorePatchException("its access leads to no field.");
                return ComputeField(relocation, field, TargetFor(section, relocation));
            case CoreRelocationKind.TargetTypeId or CoreRelocationKind.TypeExists or CoreRelocationKind.TypeSize or CoreRelocationKind.TypeMatches
                when access is [0]:
                return ComputeType(relocation, TargetFor(section, relocation));
            case CoreRelocationKind.EnumeratorExists or CoreRelocationKind.EnumeratorValue
                when access is [int index] && local.Resolve(relocation.Type).Type is BtfEnum it && index < it.Values.Length:
                return ComputeEnumerator(relocation, it.Values[index], TargetFor(section, relocation));
            default:
                throw new CorePatchException("its kind isn't known, or its access doesn't belong to the kind.");
        }
    }

    private CoreResult ComputeField(CoreRelocation relocation, CoreField field, BtfTypes types)
    {
        var matcher = new CoreTypeMatcher(local, types, _budget);
        var fields = new CoreFieldMatcher(types, matcher, _budget);
        CoreField? found = null;
        foreach (int candidate in Candidates(relocation, types))
        {
            if (fields.Find(field, candidate) is not CoreField other)
            {
                continue;
            }

            if (found is not null
                && (found.BitOffset != other.BitOffset || ValueOf(relocation.Kind, found).Value != ValueOf(relocation.Kind, other).Value))
            {
                throw new CorePatchException("two types of that name have the field in different places.");
            }

            found ??= other;
        }

        CoreValue original = ValueOf(relocation.Kind, field);
        CoreValue? value = relocation.Kind == CoreRelocationKind.FieldExists ? new CoreValue(found is null ? 0ul : 1)
            : found is null ? null
            : ValueOf(relocation.Kind, found);
        bool isBitfield = field.Member is { BitfieldBits: > 0 };
        bool isChecked = relocation.Kind is CoreRelocationKind.FieldExists or CoreRelocationKind.FieldSigned or CoreRelocationKind.FieldRightShift || !isBitfield;
        return new CoreResult(isChecked ? original.Value : null, value)
        {
            OriginalSize = original.AccessSize,
            CannotResize = value is CoreValue to && original.AccessSize != to.AccessSize
                && !CanResize(local.Resolve(original.AccessType).Type, types.Resolve(to.AccessType).Type),
        };
    }

    /// <summary>A narrower or wider load gives the same value only of what is extended by zeros.</summary>
    private static bool CanResize(BtfType from, BtfType to) => (from, to) switch
    {
        (BtfPointer, BtfPointer) => true,
        (BtfInt left, BtfInt right) => !left.Encoding.HasFlag(BtfIntEncoding.Signed) && !right.Encoding.HasFlag(BtfIntEncoding.Signed),
        _ => false,
    };

    private CoreResult ComputeType(CoreRelocation relocation, BtfTypes types)
    {
        var matcher = new CoreTypeMatcher(local, types, _budget);
        int? found = null;
        foreach (int candidate in Candidates(relocation, types))
        {
            bool isSame = relocation.Kind == CoreRelocationKind.TypeMatches
                ? matcher.Match(relocation.Type, candidate)
                : matcher.AreCompatible(relocation.Type, candidate);
            if (!isSame)
            {
                continue;
            }

            bool differs = found is int first && relocation.Kind switch
            {
                CoreRelocationKind.TargetTypeId => true,
                CoreRelocationKind.TypeSize => types.SizeOf(first) != types.SizeOf(candidate),
                _ => false,
            };
            found = differs ? throw new CorePatchException("two types of that name differ.") : found ?? candidate;
        }

        // What isn't there has number and size 0.
        ulong value = (relocation.Kind, found) switch
        {
            (_, null) => 0,
            (CoreRelocationKind.TargetTypeId, int type) => (ulong)type,
            (CoreRelocationKind.TypeSize, int type) => (ulong)(types.SizeOf(type) ?? 0),
            _ => 1,
        };
        ulong? original = relocation.Kind switch
        {
            CoreRelocationKind.TargetTypeId => null,
            CoreRelocationKind.TypeSize => (ulong)(local.SizeOf(relocation.Type) ?? 0),
            _ => 1,
        };
        return new CoreResult(original, new CoreValue(value));
    }

    private CoreResult ComputeEnumerator(CoreRelocation relocation, BtfEnumerator original, BtfTypes types)
    {
        Int128? found = null;
        foreach (int candidate in Candidates(relocation, types))
        {
            if (types.Resolve(candidate).Type is not BtfEnum it)
            {
                continue;
            }

            foreach (BtfEnumerator value in it.Values)
            {
                _budget.Take();
                if (CoreNames.Match(value.Name, original.Name))
                {
                    found = found is null || found == value.Value ? value.Value : throw new CorePatchException("two enumerations of that name differ.");
                    break;
                }
            }
        }

        return relocation.Kind == CoreRelocationKind.EnumeratorExists
            ? new CoreResult(1, new CoreValue(found is null ? 0ul : 1))
            : new CoreResult(unchecked((ulong)original.Value), found is Int128 number ? new CoreValue(unchecked((ulong)number)) : null);
    }

    /// <summary>The target's types of the same name and kind.</summary>
    private IEnumerable<int> Candidates(CoreRelocation relocation, BtfTypes types)
    {
        BtfType type = local[relocation.Type];
        if (type.Name.Length == 0)
        {
            throw new CorePatchException("its type has no name.");
        }

        BtfKind kind = CoreTypeMatcher.KindOf(type);
        foreach (int candidate in types.NamedEssentially(CoreNames.Essential(type.Name).ToString()))
        {
            _budget.Take();
            if (CoreTypeMatcher.KindOf(types[candidate]) == kind)
            {
                yield return candidate;
            }
        }
    }

    private static CoreValue ValueOf(CoreRelocationKind kind, CoreField field)
    {
        BtfType type = field.Types.Resolve(field.Type).Type;
        long size = field.Types.SizeOf(field.Type) ?? throw new CorePatchException("the field has no size.");
        if (kind == CoreRelocationKind.FieldExists)
        {
            return new CoreValue(1);
        }

        if (field.Member is not BtfMember member)
        {
            return kind switch
            {
                CoreRelocationKind.FieldByteOffset => new CoreValue((ulong)field.BitOffset / 8, (int)size, field.Type),
                CoreRelocationKind.FieldByteSize => new CoreValue((ulong)size),
                _ => throw new CorePatchException("an element of an array has no sign and no shifts."),
            };
        }

        (long offset, long bytes, long bits) = Placement(field, member, size);
        return kind switch
        {
            CoreRelocationKind.FieldByteOffset => member.BitfieldBits > 0
                ? new CoreValue((ulong)offset)
                : new CoreValue((ulong)offset, (int)bytes, field.Type),
            CoreRelocationKind.FieldByteSize => new CoreValue((ulong)bytes),
            CoreRelocationKind.FieldSigned => new CoreValue(
                type is BtfEnum { IsSigned: true } || (type is BtfInt it && it.Encoding.HasFlag(BtfIntEncoding.Signed)) ? 1ul : 0),
            CoreRelocationKind.FieldLeftShift => new CoreValue(unchecked((ulong)(64 - (field.BitOffset + bits - (offset * 8))))),
            _ => new CoreValue(unchecked((ulong)(64 - bits))),
        };
    }

    /// <summary>Where a load of a field begins, its bytes, and the field's bits: for a bit field the least load that holds it.</summary>
    private static (long Offset, long Bytes, long Bits) Placement(CoreField field, BtfMember member, long size)
    {
        if (member.BitfieldBits == 0)
        {
            return (field.BitOffset / 8, size, size * 8);
        }

        long bytes = Math.Max(size, 1);
        long offset = field.BitOffset / 8 / bytes * bytes;
        while (field.BitOffset + member.BitfieldBits - (offset * 8) > bytes * 8)
        {
            bytes = bytes < sizeof(ulong) ? bytes * 2 : throw new CorePatchException("no load holds the whole bit field.");
            offset = field.BitOffset / 8 / bytes * bytes;
        }

        return (offset, bytes, member.BitfieldBits);
    }

    private static int[] ParseAccess(string access)
    {
        // Many relocations may have the same long text.
        string[] parts = access.Length <= MaxAccess
            ? access.Split(':', CoreField.MaxSteps + 1)
            : throw new CorePatchException($"its access has {access.Length} characters; {MaxAccess} are possible.");
        int[] indices = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out indices[i]))
            {
                throw new CorePatchException("its access isn't numbers between colons.");
            }
        }

        return indices;
    }

    private BtfTypes TargetFor(string section, CoreRelocation relocation) => target ?? throw new ObjectContractException(
        section,
        Describe(relocation),
        $"Instruction {relocation.Instruction} has the CO-RE relocation {Describe(relocation)}: which types it is for has to be said, and was not.");

    private string Describe(CoreRelocation relocation) => $"{relocation.Kind} of '{local.Describe(relocation.Type)}' ({relocation.Access})";
}
