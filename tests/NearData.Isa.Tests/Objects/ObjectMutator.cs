using System.Buffers.Binary;
using System.Collections.Immutable;
using NearData.Isa.Objects.Elf;

namespace NearData.Isa.Tests.Objects;

/// <summary>Breaks objects where it hurts: in headers, tables, types and what is said of instructions, rather than anywhere.</summary>
internal sealed class ObjectMutator(byte[] original, Random random)
{
    private static readonly string[] Tables = [".BTF", ".BTF.ext", ".symtab", ".maps", "maps", "xdp", ".text"];

    private readonly ElfFile _file = ElfFile.Read(original);
    private readonly int _headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(original.AsSpan(40));

    /// <summary>The object with some things changed.</summary>
    public byte[] Mutate()
    {
        byte[] bytes = [.. original];
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            Change(bytes);
        }

        return random.Next(20) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    /// <summary>The object with a section cut short, or made longer, by a number of bytes.</summary>
    public byte[] Resize(int section, long length)
    {
        byte[] bytes = [.. original];
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(_headers + (section * SectionHeader.Size) + 32), length);
        return bytes;
    }

    private void Change(byte[] bytes)
    {
        switch (random.Next(6))
        {
            case 0:
                ElfSection header = Any(_file.Sections);
                Word(bytes, _headers + (header.Index * SectionHeader.Size) + (random.Next(SectionHeader.Size / 4) * 4));
                break;
            case 1:
                Inside(bytes, Any([.. _file.Sections.Where(section => section.Header.Type is SectionType.Relocations)]), 4);
                break;
            case 2:
                // Two sections change their bytes' places.
                ElfSection left = Any(_file.Sections);
                ElfSection right = Any(_file.Sections);
                Span<byte> places = bytes.AsSpan(_headers);
                places.Slice(right.Index * SectionHeader.Size, SectionHeader.Size).CopyTo(places[(left.Index * SectionHeader.Size)..]);
                break;
            default:
                Inside(bytes, Any([.. _file.Sections.Where(section => Tables.Contains(section.Name))]), random.Next(3) == 0 ? 1 : 4);
                break;
        }
    }

    private ElfSection Any(ImmutableArray<ElfSection> sections) => sections[random.Next(sections.Length)];

    private void Inside(byte[] bytes, ElfSection section, int alignment)
    {
        if (section.Memory.Length >= sizeof(int))
        {
            Word(bytes, (int)section.Header.Offset + (random.Next((section.Memory.Length - sizeof(int)) / alignment + 1) * alignment));
        }
    }

    /// <summary>What broken tables hold: small numbers, large ones, negative ones, and neighbours of what was there.</summary>
    private void Word(byte[] bytes, int at)
    {
        Span<byte> place = bytes.AsSpan(at, sizeof(int));
        int value = BinaryPrimitives.ReadInt32LittleEndian(place);
        BinaryPrimitives.WriteInt32LittleEndian(place, random.Next(7) switch
        {
            0 => random.Next(64),
            1 => int.MaxValue - random.Next(64),
            2 => -random.Next(64),
            3 => value + random.Next(-8, 9),
            4 => value ^ (1 << random.Next(32)),
            5 => 0,
            _ => random.Next(),
        });
    }
}
