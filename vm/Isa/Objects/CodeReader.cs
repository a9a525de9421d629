using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NearData.Isa.Decoding;
using NearData.Isa.Objects.Elf;

namespace NearData.Isa.Objects;

/// <summary>A section's instructions, with the places that relocations name referring to the object's maps.</summary>
internal sealed class CodeReader(ElfFile file, MapTable maps)
{
    public ImmutableArray<Instruction> Read(ElfSection section)
    {
        Dictionary<int, ElfRelocation> relocations = ReadRelocations(section);
        Instruction[] code = [.. InstructionDecoder.Decode(section.Memory.Span)];
        for (int i = 0; i < code.Length; i++)
        {
            if (relocations.Remove(i, out ElfRelocation? relocation))
            {
                Link(section, code, i, relocation);
            }
            else if (code[i].IsWide && code[i].WideKind != WideImmediateKind.Number)
            {
                throw new ObjectFormatException(
                    section.Name, i * Instruction.Size, $"A wide load of kind {code[i].WideKind} without a relocation refers to nothing.");
            }

            // A wide load's second slot is no instruction: a relocation of it stays unused and is an error below.
            i += code[i].IsWide ? 1 : 0;
        }

        return relocations.Count == 0
            ? ImmutableCollectionsMarshal.AsImmutableArray(code)
            : throw new ObjectFormatException(section.Name, relocations.Values.First().Offset, "A relocation of the second half of a wide load.");
    }

    private Dictionary<int, ElfRelocation> ReadRelocations(ElfSection section)
    {
        var relocations = new Dictionary<int, ElfRelocation>();
        foreach (ElfRelocation relocation in file.RelocationsOf(section))
        {
            if (relocation.Type == RelocationType.Call)
            {
                throw new ObjectContractException(section.Name, relocation.Symbol.Name, SectionRoles.Subprogram(relocation.Symbol.Name));
            }

            if (relocation.Offset % Instruction.Size != 0 || !relocations.TryAdd(relocation.Offset / Instruction.Size, relocation))
            {
                throw new ObjectFormatException(
                    section.Name, relocation.Offset, "A relocation isn't at an instruction, or is the second one there.");
            }
        }

        return relocations;
    }

    private void Link(ElfSection section, Instruction[] code, int at, ElfRelocation relocation)
    {
        if (relocation.Type != RelocationType.WideLoad || !code[at].IsWide)
        {
            throw new ObjectFormatException(
                section.Name, relocation.Offset, $"A relocation of type {(uint)relocation.Type} at opcode {code[at].Opcode}; code has type 1 at wide loads.");
        }

        SymbolEntry symbol = relocation.Symbol.Entry;
        long addend = Instruction.WideNumber(code[at], code[at + 1]);
        Int128 offset = (Int128)symbol.Value + addend;
        if (symbol.Section < SymbolEntry.FirstReserved && file.Sections[symbol.Section].IsExecutable)
        {
            throw new ObjectContractException(
                section.Name, relocation.Symbol.Name, $"The address of function '{relocation.Symbol.Name}' is taken; callbacks aren't supported.");
        }

        MapReference target = (offset >= 0 && offset <= int.MaxValue ? maps.Find(symbol.Section, (long)offset) : null)
            ?? throw new ObjectFormatException(
                section.Name, relocation.Offset, $"Byte {offset} of '{relocation.Symbol.Name}' is neither in data nor the start of a map.");
        code[at] = code[at] with { Source = new Register((byte)target.Kind), Immediate = target.Map };
        code[at + 1] = code[at + 1] with { Immediate = target.Offset };
    }
}
