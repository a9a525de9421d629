using System.Collections.Immutable;
using NearData.Isa.Helpers;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Core;
using NearData.Isa.Objects.Elf;

namespace NearData.Isa.Objects;

/// <summary>A section's instructions: references to data are resolved, and references to functions known, but not yet placed.</summary>
/// <param name="Slots">As they are in the section; the distances of calls and function loads mean nothing yet.</param>
/// <param name="References">The calls and function loads, in order of their slot.</param>
internal sealed record SectionCode(ImmutableArray<Instruction> Slots, ImmutableArray<FunctionReference> References)
{
    /// <summary>The references from a function's slots.</summary>
    public ReadOnlySpan<FunctionReference> Within(CodeFunction function)
    {
        int first = IndexFrom(function.Start);
        return References.AsSpan(first, IndexFrom(function.End) - first);
    }

    private int IndexFrom(int slot)
    {
        int low = 0;
        int high = References.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = References[middle].Slot < slot ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

/// <summary>A call of a function, or a load of its address.</summary>
/// <param name="Slot">The instruction, in its section.</param>
/// <param name="Target">The function.</param>
internal readonly record struct FunctionReference(int Slot, CodeFunction Target);

/// <summary>Applies the relocations of sections of code (kernel Documentation/bpf/llvm_reloc.rst).</summary>
internal sealed class SectionCodeReader(ElfFile file, MapTable maps, FunctionTable functions, BtfExtension? extension, CoreRelocator relocator)
{
    /// <summary>
    /// What libbpf calls in place of a weak function that isn't there: no helper has such a number, so the program loads only if
    /// the call can't be reached.
    /// </summary>
    private const int MissingFunction = 2_002_000_000;

    public SectionCode Read(ElfSection section)
    {
        Instruction[] slots = ReadSlots(section);
        relocator.Apply(section.Name, extension?.RelocationsOf(section.Name) ?? [], slots);
        Dictionary<int, ElfRelocation> relocations = ReadRelocations(section);
        var references = ImmutableArray.CreateBuilder<FunctionReference>();
        for (int slot = 0; slot < slots.Length; slot++)
        {
            Instruction instruction = slots[slot];
            CodeFunction? target = relocations.Remove(slot, out ElfRelocation? relocation)
                ? Link(section, slots, slot, relocation)
                : FindWithoutRelocation(section, slot, instruction);
            if (target is not null)
            {
                references.Add(new FunctionReference(slot, target));
            }

            // A wide load's second slot is no instruction: a relocation of it stays unused and is an error below.
            slot += instruction.IsWide ? 1 : 0;
        }

        return relocations.Count == 0
            ? new SectionCode([.. slots], references.ToImmutable())
            : throw new ObjectFormatException(section.Name, relocations.Values.First().Offset, "A relocation of the second half of a wide load.");
    }

    private static Instruction[] ReadSlots(ElfSection section)
    {
        ReadOnlySpan<byte> bytes = section.Memory.Span;
        if (bytes.Length % Instruction.Size != 0)
        {
            throw new InvalidInstructionException(
                bytes.Length / Instruction.Size, "code", $"the {bytes.Length} bytes of section {section.Name} aren't a multiple of {Instruction.Size}.");
        }

        var slots = new Instruction[bytes.Length / Instruction.Size];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            slots[slot] = Instruction.Read(bytes[(slot * Instruction.Size)..]);
        }

        return slots;
    }

    private Dictionary<int, ElfRelocation> ReadRelocations(ElfSection section)
    {
        var relocations = new Dictionary<int, ElfRelocation>();
        foreach (ElfRelocation relocation in file.RelocationsOf(section))
        {
            if (relocation.Offset % Instruction.Size != 0 || !relocations.TryAdd(relocation.Offset / Instruction.Size, relocation))
            {
                throw new ObjectFormatException(
                    section.Name, relocation.Offset, "A relocation isn't at an instruction, or is the second one there.");
            }
        }

        return relocations;
    }

    /// <summary>Resolves a relocation; gives the function that it refers to, if it is one.</summary>
    private CodeFunction? Link(ElfSection section, Instruction[] slots, int slot, ElfRelocation relocation) => relocation.Type switch
    {
        RelocationType.Call when IsCall(slots[slot]) => LinkCall(section, slots, slot, relocation),
        RelocationType.WideLoad when slots[slot].IsWide && slot + 1 < slots.Length => LinkLoad(section, slots, slot, relocation),
        _ => throw new ObjectFormatException(
            section.Name,
            relocation.Offset,
            $"A relocation of type {(uint)relocation.Type} at opcode {slots[slot].Opcode}; code has type 1 at wide loads and 10 at calls."),
    };

    private static bool IsCall(Instruction instruction) => instruction.IsCall && instruction.Opcode.Class == InstructionClass.Jump;

    private CodeFunction? LinkCall(ElfSection section, Instruction[] slots, int slot, ElfRelocation relocation)
    {
        SymbolEntry symbol = relocation.Symbol.Entry;
        if (symbol.Section == SymbolEntry.Undefined)
        {
            // One of the kernel that has a number here, or a weak one: all others were refused when the object was opened.
            slots[slot] = Instruction.CallHelper(KernelFunctions.Find(relocation.Symbol.Name)?.Number ?? MissingFunction);
            return null;
        }

        // The distance in the place itself counts from the next instruction, from the symbol's section's start on.
        Int128 target = relocation.Addend is long addend
            ? ((Int128)symbol.Value + addend) / Instruction.Size
            : (Int128)(symbol.Value / Instruction.Size) + slots[slot].Immediate + 1;
        slots[slot] = slots[slot] with { Source = new Register((byte)CallKind.Local), Immediate = 0 };
        return FindFunction(section, relocation, target);
    }

    private CodeFunction? LinkLoad(ElfSection section, Instruction[] slots, int slot, ElfRelocation relocation)
    {
        SymbolEntry symbol = relocation.Symbol.Entry;
        Int128 place = (Int128)symbol.Value + (relocation.Addend ?? Instruction.WideNumber(slots[slot], slots[slot + 1]));
        if (symbol.Section is not SymbolEntry.Undefined and < SymbolEntry.FirstReserved && SectionRoles.IsCode(file.Sections[symbol.Section]))
        {
            Fill(slots, slot, WideImmediateKind.Function, 0, 0);
            return place % Instruction.Size == 0
                ? FindFunction(section, relocation, place / Instruction.Size)
                : throw NoFunction(section, relocation, place);
        }

        if (symbol.Section == SymbolEntry.Undefined)
        {
            // What isn't there has the address 0, as in C.
            MapReference? setting = maps.FindSetting(relocation.Symbol.Name);
            Fill(slots, slot, setting?.Kind ?? WideImmediateKind.Number, setting?.Map ?? 0, setting?.Offset ?? 0);
            return null;
        }

        MapReference found = (place >= 0 && place <= int.MaxValue ? maps.Find(symbol.Section, (long)place) : null)
            ?? throw new ObjectFormatException(
                section.Name, relocation.Offset, $"Byte {place} of '{relocation.Symbol.Name}' is neither in data nor the start of a map.");
        Fill(slots, slot, found.Kind, found.Map, found.Offset);
        return null;
    }

    private static void Fill(Instruction[] slots, int slot, WideImmediateKind kind, int low, int high)
    {
        slots[slot] = slots[slot] with { Source = new Register((byte)kind), Immediate = low };
        slots[slot + 1] = slots[slot + 1] with { Immediate = high };
    }

    private CodeFunction? FindWithoutRelocation(ElfSection section, int slot, Instruction instruction)
    {
        if (instruction.IsWide && instruction.WideKind != WideImmediateKind.Number)
        {
            throw new ObjectFormatException(
                section.Name, (long)slot * Instruction.Size, $"A wide load of kind {instruction.WideKind} without a relocation refers to nothing.");
        }

        if (!IsCall(instruction) || (CallKind)instruction.Source.Number != CallKind.Local)
        {
            return null;
        }

        long target = slot + 1L + instruction.Immediate;
        return functions.Find(section.Index, target) ?? throw new ObjectFormatException(
            section.Name, (long)slot * Instruction.Size, $"The call leads to slot {target} of {section.Name}, where no function begins.");
    }

    private CodeFunction FindFunction(ElfSection section, ElfRelocation relocation, Int128 target) =>
        relocation.Symbol.Entry.Section < SymbolEntry.FirstReserved && target >= 0 && target <= int.MaxValue
            ? functions.Find(relocation.Symbol.Entry.Section, (long)target) ?? throw NoFunction(section, relocation, target * Instruction.Size)
            : throw NoFunction(section, relocation, target * Instruction.Size);

    private static ObjectFormatException NoFunction(ElfSection section, ElfRelocation relocation, Int128 place) => new(
        section.Name, relocation.Offset, $"No function begins at byte {place} of the section of '{relocation.Symbol.Name}'.");
}
