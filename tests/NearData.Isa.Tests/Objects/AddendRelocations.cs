using System.Buffers.Binary;
using NearData.Isa.Objects.Elf;

namespace NearData.Isa.Tests.Objects;

/// <summary>The same object with relocations as other toolchains write them: each with its addend, and nothing in the place itself.</summary>
internal static class AddendRelocations
{
    private const int Size = 24;

    public static byte[] Of(byte[] elf)
    {
        ElfFile file = ElfFile.Read(elf);
        List<byte> bytes = [.. elf];
        int headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(40));
        foreach (ElfSection section in file.Sections.Where(section => !file.RelocationsOf(section).IsEmpty && !section.Name.StartsWith(".debug", StringComparison.Ordinal)))
        {
            ElfSection table = file.Sections.First(it => it.Header.Type == SectionType.Relocations && it.Header.Info == section.Index);
            byte[] entries = new byte[table.Memory.Length / RelocationEntry.Size * Size];
            for (int i = 0; i * Size < entries.Length; i++)
            {
                ReadOnlySpan<byte> entry = table.Memory.Span.Slice(i * RelocationEntry.Size, RelocationEntry.Size);
                entry.CopyTo(entries.AsSpan(i * Size));
                RelocationEntry relocation = RelocationEntry.Read(entry);
                BinaryPrimitives.WriteInt64LittleEndian(entries.AsSpan((i * Size) + RelocationEntry.Size), Take(bytes, (int)section.Header.Offset + (int)relocation.Offset, relocation.Type));
            }

            byte[] header = new byte[SectionHeader.Size];
            (table.Header with { Type = SectionType.RelocationsWithAddends, Offset = (ulong)bytes.Count, Length = (ulong)entries.Length, EntrySize = Size }).Write(header);
            bytes.AddRange(entries);
            for (int i = 0; i < header.Length; i++)
            {
                bytes[headers + (table.Index * SectionHeader.Size) + i] = header[i];
            }
        }

        return [.. bytes];
    }

    /// <summary>What the place holds, in bytes from the symbol; zeros stay behind.</summary>
    private static long Take(List<byte> bytes, int at, RelocationType type)
    {
        switch (type)
        {
            case RelocationType.WideLoad:
                return (uint)Word(at + 4) | ((long)Word(at + 12) << 32);
            case RelocationType.Call:
                return (Word(at + 4) + 1L) * Instruction.Size;
            case RelocationType.Data64:
                return (uint)Word(at) | ((long)Word(at + 4) << 32);
            default:
                return Word(at);
        }

        int Word(int place)
        {
            int value = bytes[place] | (bytes[place + 1] << 8) | (bytes[place + 2] << 16) | (bytes[place + 3] << 24);
            for (int i = 0; i < sizeof(int); i++)
            {
                bytes[place + i] = 0;
            }

            return value;
        }
    }
}
