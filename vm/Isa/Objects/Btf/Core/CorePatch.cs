namespace NearData.Isa.Objects.Btf.Core;

/// <summary>Why a relocation can't be applied; its place is added where that is known.</summary>
internal sealed class CorePatchException(string message) : Exception(message);

/// <summary>What becomes of an instruction's number.</summary>
/// <param name="Original">The number that a compiler must have put there; null where it isn't held to it.</param>
/// <param name="Value">The new number; null where the target has no such thing.</param>
internal sealed record CoreResult(ulong? Original, CoreValue? Value)
{
    /// <summary>Bytes of the field in the object's own types; 0 where its size plays no part.</summary>
    public int OriginalSize { get; init; }

    /// <summary>Whether the field has another size there, and a load of that size would give another number.</summary>
    public bool CannotResize { get; init; }
}

/// <summary>Changes one instruction, as libbpf's bpf_core_patch_insn does.</summary>
internal static class CorePatch
{
    /// <summary>libbpf's mark of what isn't there: a call of a helper that doesn't exist, an error only where it can be reached.</summary>
    private const int Missing = 0x0bad2310;

    public static void Apply(Instruction[] slots, CoreRelocation relocation, CoreResult result)
    {
        int at = relocation.Instruction;
        Instruction instruction = slots[at];
        if (result.Value is not CoreValue value)
        {
            slots[at] = Instruction.CallHelper(Missing);
            if (instruction.IsWide && at + 1 < slots.Length)
            {
                slots[at + 1] = Instruction.CallHelper(Missing);
            }

            return;
        }

        switch (instruction.Opcode.Class)
        {
            case InstructionClass.Alu or InstructionClass.Alu64 when !instruction.Opcode.UsesSourceRegister:
                Expect(result, unchecked((ulong)instruction.Immediate), uint.MaxValue);
                slots[at] = instruction with { Immediate = unchecked((int)value.Value) };
                break;
            case InstructionClass.LoadX or InstructionClass.Store or InstructionClass.StoreX:
                slots[at] = Access(instruction, result, value);
                break;
            case InstructionClass.Load when instruction is { IsWide: true, WideKind: WideImmediateKind.Number } && at + 1 < slots.Length:
                Expect(result, unchecked((ulong)Instruction.WideNumber(instruction, slots[at + 1])), ulong.MaxValue);
                slots[at] = instruction with { Immediate = unchecked((int)value.Value) };
                slots[at + 1] = slots[at + 1] with { Immediate = unchecked((int)(value.Value >> 32)) };
                break;
            default:
                throw new CorePatchException($"opcode {instruction.Opcode} has no number that it could change.");
        }
    }

    private static Instruction Access(Instruction instruction, CoreResult result, CoreValue value)
    {
        Expect(result, unchecked((ulong)instruction.Offset), ulong.MaxValue);
        if (value.Value > (ulong)short.MaxValue)
        {
            throw new CorePatchException($"offset {value.Value} is beyond what a load reaches.");
        }

        if (result.CannotResize)
        {
            throw new CorePatchException("the field's size changed, and it is signed or no number: a load of the new size would give another value.");
        }

        Instruction moved = instruction with { Offset = (short)value.Value };
        if (value.AccessSize == result.OriginalSize)
        {
            return moved;
        }

        MemorySize? size = value.AccessSize switch
        {
            1 => MemorySize.Byte,
            2 => MemorySize.HalfWord,
            4 => MemorySize.Word,
            8 => MemorySize.DoubleWord,
            _ => null,
        };
        return size is MemorySize found && instruction.Opcode.Size.Bytes() == result.OriginalSize
            ? moved with { Opcode = Opcode.Memory(instruction.Opcode.Class, instruction.Opcode.Mode, found) }
            : throw new CorePatchException($"a load of {instruction.Opcode.Size.Bytes()} bytes can't become one of {value.AccessSize}: the field had {result.OriginalSize}.");
    }

    private static void Expect(CoreResult result, ulong found, ulong mask)
    {
        if (result.Original is ulong original && ((original ^ found) & mask) != 0)
        {
            throw new CorePatchException($"the instruction has the number {unchecked((long)found)}, not {original} as the object's own types say.");
        }
    }
}
