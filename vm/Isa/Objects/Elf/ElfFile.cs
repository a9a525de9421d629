using System.Buffers.Binary;
using System.Collections.Immutable;

namespace NearData.Isa.Objects.Elf;

/// <summary>A little-endian ELF64 relocatable for eBPF, its tables checked and named. Immutable; it refers to the file's bytes.</summary>
public sealed class ElfFile
{
    private const string HeadersPart = "section headers";

    private readonly Dictionary<int, ElfSection> _relocations = [];

    private ElfFile(ImmutableArray<ElfSection> sections)
    {
        Sections = sections;
        foreach (ElfSection table in sections.Where(section => section.Header.Type is SectionType.Relocations or SectionType.RelocationsWithAddends))
        {
            if (!_relocations.TryAdd((int)Math.Min(table.Header.Info, int.MaxValue), table))
            {
                throw new ObjectFormatException(table.Name, 0, $"Section {table.Header.Info} has relocations in two sections.");
            }
        }

        ElfSection[] symbolTables = [.. sections.Where(section => section.Header.Type == SectionType.Symbols)];
        Symbols = symbolTables.Length switch
        {
            0 => [],
            1 => ReadSymbols(symbolTables[0]),
            _ => throw new ObjectFormatException(symbolTables[1].Name, 0, "There are two symbol tables."),
        };
    }

    /// <summary>By number; the first is the empty one that the format asks for.</summary>
    public ImmutableArray<ElfSection> Sections { get; }

    /// <summary>By number; the first is the empty one that the format asks for.</summary>
    public ImmutableArray<ElfSymbol> Symbols { get; }

    /// <exception cref="ObjectFormatException">The file is none, or its tables are broken.</exception>
    public static ElfFile Read(ReadOnlyMemory<byte> bytes)
    {
        var file = new SectionBytes("file", bytes);
        ElfHeader header = ElfHeader.Read(file);
        SectionHeader[] headers = ReadHeaders(file, header);
        if (header.NamesSection >= headers.Length)
        {
            throw new ObjectFormatException("ELF header", 62, $"The names' section {header.NamesSection} isn't one of {headers.Length}.");
        }

        var names = new StringTable(Contents(file, headers[header.NamesSection], "section names"));
        return new ElfFile([.. headers.Select((section, index) => Name(file, section, index, names[section.Name]))]);
    }

    /// <summary>The section with a name, or null; two of the same name are an error.</summary>
    public ElfSection? Find(string name)
    {
        ElfSection[] found = [.. Sections.Where(section => section.Name == name)];
        return found.Length < 2 ? found.FirstOrDefault() : throw new ObjectFormatException(name, 0, "There are two sections of this name.");
    }

    /// <summary>The relocations that change a section, in the file's order; those that change nothing are left out.</summary>
    public ImmutableArray<ElfRelocation> RelocationsOf(ElfSection section)
    {
        if (!_relocations.TryGetValue(section.Index, out ElfSection? table))
        {
            return [];
        }

        bool hasAddends = table.Header.Type == SectionType.RelocationsWithAddends;
        int size = hasAddends ? RelocationEntry.SizeWithAddend : RelocationEntry.Size;
        int count = CountEntries(table, size);
        var relocations = ImmutableArray.CreateBuilder<ElfRelocation>(count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> bytes = table.Bytes.Span((long)i * size, size, "A relocation");
            RelocationEntry entry = RelocationEntry.Read(bytes);
            if (entry.Type != RelocationType.None)
            {
                CheckRelocation(section, table, i * size, entry);
                long? addend = hasAddends ? BinaryPrimitives.ReadInt64LittleEndian(bytes[RelocationEntry.Size..]) : null;
                relocations.Add(new ElfRelocation((int)entry.Offset, entry.Type, Symbols[(int)entry.Symbol], addend));
            }
        }

        return relocations.ToImmutable();
    }

    private void CheckRelocation(ElfSection section, ElfSection table, int at, RelocationEntry entry)
    {
        if (entry.Offset >= (ulong)section.Memory.Length)
        {
            throw new ObjectFormatException(table.Name, at, $"A relocation at 0x{entry.Offset:x} lies outside {section.Name}.");
        }

        if (entry.Symbol >= Symbols.Length)
        {
            throw new ObjectFormatException(table.Name, at, $"Symbol {entry.Symbol} isn't one of {Symbols.Length}.");
        }
    }

    private static SectionHeader[] ReadHeaders(SectionBytes file, ElfHeader header)
    {
        SectionBytes table = file.Slice(
            (long)Math.Min(header.SectionHeaders, long.MaxValue), header.SectionCount * (long)SectionHeader.Size, "The section headers", HeadersPart);
        var headers = new SectionHeader[header.SectionCount];
        long inFile = 0;
        for (int i = 0; i < headers.Length; i++)
        {
            headers[i] = SectionHeader.Read(table.Span(i * SectionHeader.Size, SectionHeader.Size, "A section header"));
            inFile += Contents(file, headers[i], $"Section {i}").Length;

            // Sections that share bytes would multiply what reading the object costs.
            if (inFile > file.Length)
            {
                throw new ObjectFormatException(HeadersPart, i * SectionHeader.Size, $"Section {i} overlaps another: together they are larger than the file.");
            }
        }

        return headers;
    }

    private static SectionBytes Contents(SectionBytes file, SectionHeader header, string what) =>
        header.Type is SectionType.Zeros or SectionType.None
            ? new SectionBytes(what, ReadOnlyMemory<byte>.Empty)
            : file.Slice((long)Math.Min(header.Offset, long.MaxValue), (long)Math.Min(header.Length, long.MaxValue), what, what);

    private static ElfSection Name(SectionBytes file, SectionHeader header, int index, string name) =>
        new(index, name, header, Contents(file, header, name).Memory);

    private ImmutableArray<ElfSymbol> ReadSymbols(ElfSection table)
    {
        if (table.Header.Link >= Sections.Length)
        {
            throw new ObjectFormatException(table.Name, 0, $"The names' section {table.Header.Link} isn't one of {Sections.Length}.");
        }

        var names = new StringTable(Sections[(int)table.Header.Link].Bytes);
        SectionBytes bytes = table.Bytes;
        int count = CountEntries(table, SymbolEntry.Size);
        var symbols = ImmutableArray.CreateBuilder<ElfSymbol>(count);
        for (int i = 0; i < count; i++)
        {
            int at = i * SymbolEntry.Size;
            SymbolEntry entry = SymbolEntry.Read(bytes.Span(at, SymbolEntry.Size, "A symbol"));
            if (entry.Section < SymbolEntry.FirstReserved && entry.Section >= Sections.Length)
            {
                throw new ObjectFormatException(table.Name, at, $"The symbol's section {entry.Section} isn't one of {Sections.Length}.");
            }

            string name = entry.Type == SymbolType.Section && entry.Section < SymbolEntry.FirstReserved
                ? Sections[entry.Section].Name
                : names[entry.Name];
            symbols.Add(new ElfSymbol(name, entry));
        }

        return symbols.MoveToImmutable();
    }

    private static int CountEntries(ElfSection table, int size)
    {
        if (table.Header.EntrySize != (ulong)size || table.Memory.Length % size != 0)
        {
            throw new ObjectFormatException(
                table.Name, 0, $"A table of {table.Memory.Length} bytes with entries of {table.Header.EntrySize}; entries are {size} bytes.");
        }

        return table.Memory.Length / size;
    }
}
