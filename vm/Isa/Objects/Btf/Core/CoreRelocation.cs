namespace NearData.Isa.Objects.Btf.Core;

/// <summary>What of a type an instruction's number is (kernel include/uapi/linux/bpf.h: enum bpf_core_relo_kind).</summary>
public enum CoreRelocationKind
{
    FieldByteOffset = 0,
    FieldByteSize = 1,
    FieldExists = 2,
    FieldSigned = 3,
    FieldLeftShift = 4,
    FieldRightShift = 5,
    LocalTypeId = 6,
    TargetTypeId = 7,
    TypeExists = 8,
    TypeSize = 9,
    EnumeratorExists = 10,
    EnumeratorValue = 11,
    TypeMatches = 12,
}

/// <summary>An instruction whose number depends on another machine's types (struct bpf_core_relo).</summary>
/// <param name="Instruction">The slot in its section.</param>
/// <param name="Type">The type in the object's own BTF.</param>
/// <param name="Access">
/// Indices joined by colons: for a field the element of an imagined array and then a member or element at each level, for an
/// enumeration's value its index, otherwise <c>0</c>.
/// </param>
/// <param name="Kind">What of it.</param>
public sealed record CoreRelocation(int Instruction, int Type, string Access, CoreRelocationKind Kind);
