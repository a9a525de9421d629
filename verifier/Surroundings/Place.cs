using NearData.Isa;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Surroundings;

/// <summary>The bytes that an instruction touches.</summary>
/// <param name="Region">The memory.</param>
/// <param name="Offsets">Where the first byte can be, from the region's start.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Pointer">The address that leads there.</param>
/// <param name="Displacement">Bytes from where the address points to.</param>
internal readonly record struct Place(Region Region, Interval<long> Offsets, int Size, Value.Pointer Pointer, int Displacement)
{
    /// <summary>The offset of the first byte, where it is the same on every path.</summary>
    public long? ConstantOffset => Offsets.Minimum == Offsets.Maximum ? Offsets.Minimum : null;

    /// <summary>The first byte that can be touched, counted from the stack's lowest address. Only in bounds of a stack, as what follows.</summary>
    public int StackStart => (int)Offsets.Minimum + StackFrame.Size;

    /// <summary>How many bytes can be touched, of which <see cref="Size"/> are.</summary>
    public int StackSpan => (int)(Offsets.Maximum - Offsets.Minimum) + Size;

    /// <summary>The stack's slots that can be touched, the first and the one behind the last.</summary>
    public (int First, int Limit) StackSlots => (StackStart / StackSlot.Size, (StackStart + StackSpan + StackSlot.Size - 1) / StackSlot.Size);

    /// <summary>The stack slot that the bytes are the whole of; null where they aren't one.</summary>
    public int? WholeSlot =>
        ConstantOffset is not null && Size == StackSlot.Size && StackStart % StackSlot.Size == 0 ? StackStart / StackSlot.Size : null;

    /// <summary>The stack slot whose lower half the bytes are, where an iterator keeps its number; null where they aren't one.</summary>
    public int? IteratorSlot =>
        Region.Kind == RegionKind.Stack && ConstantOffset is not null && Size == sizeof(int) && StackStart % StackSlot.Size == 0
            ? StackStart / StackSlot.Size
            : null;

    /// <param name="pointer">The address.</param>
    /// <param name="offset">The instruction's offset.</param>
    /// <param name="size">Bytes.</param>
    public static Place At(Value.Pointer pointer, int offset, int size) =>
        new(pointer.Region, pointer.Offset.Whole.Signed + new Interval<long>(offset, offset), size, pointer, offset);

    /// <summary>The place that an instruction touches; null where it touches none, or its base register holds no address.</summary>
    public static Place? Of(Instruction instruction, MachineState state)
    {
        if (!instruction.Opcode.IsMemory || instruction.Opcode.Class == InstructionClass.Load)
        {
            return null;
        }

        return state[instruction.AddressRegister] is Value.Pointer pointer ? At(pointer, instruction.Offset, instruction.Opcode.Size.Bytes()) : null;
    }
}
