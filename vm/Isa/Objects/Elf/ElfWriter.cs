namespace NearData.Isa.Objects.Elf;

/// <summary>
/// Writes an ELF64 relocatable for eBPF: sections and their relocations in the order given, then symbols, names and the section
/// headers. The same calls give the same bytes. The counterpart of <see cref="ElfFile"/>.
/// </summary>
internal sealed class ElfWriter
{
    private readonly StringTableBuilder _names = new();
    private readonly List<(SectionHeader Header, byte[] Bytes)> _sections = [(default, [])];
    private readonly List<SymbolEntry> _symbols = [default];
    private readonly List<(string Name, int Section, RelocationEntry[] Entries)> _relocations = [];

    /// <summary>Adds a section of bytes and gives its number.</summary>
    public int AddSection(string name, SectionFlags flags, ulong alignment, byte[] bytes) =>
        Add(name, new SectionHeader { Type = SectionType.Data, Flags = flags, Length = (ulong)bytes.Length, Alignment = alignment }, bytes);

    /// <summary>Adds a section of zeros, which the file doesn't hold, and gives its number.</summary>
    public int AddZeros(string name, SectionFlags flags, ulong alignment, int length) =>
        Add(name, new SectionHeader { Type = SectionType.Zeros, Flags = flags, Length = (ulong)length, Alignment = alignment }, []);

    /// <summary>Adds the symbol of a whole section and gives its number. The format wants these before all others.</summary>
    public int AddSectionSymbol(int section)
    {
        _symbols.Add(new SymbolEntry(0, SymbolType.Section, SymbolBinding.Local, (ushort)section, 0, 0));
        return _symbols.Count - 1;
    }

    /// <summary>Adds the symbol of a function or variable and gives its number.</summary>
    public int AddSymbol(string name, SymbolType type, int section, int offset, int length)
    {
        _symbols.Add(new SymbolEntry(_names.Add(name), type, SymbolBinding.Global, (ushort)section, (ulong)offset, (ulong)length));
        return _symbols.Count - 1;
    }

    /// <summary>Adds the relocations of a section, whose name is given again.</summary>
    public void AddRelocations(string name, int section, IEnumerable<RelocationEntry> entries) =>
        _relocations.Add((name, section, [.. entries]));

    /// <summary>The file; nothing can be added after.</summary>
    public byte[] Build()
    {
        int symbols = _sections.Count + _relocations.Count;
        foreach ((string name, int section, RelocationEntry[] entries) in _relocations)
        {
            byte[] table = Table(entries, RelocationEntry.Size, (entry, bytes) => entry.Write(bytes));
            Add(".rel" + name, TableHeader(SectionType.Relocations, table, RelocationEntry.Size) with
            {
                Flags = SectionFlags.InfoIsSection,
                Link = (uint)symbols,
                Info = (uint)section,
            }, table);
        }

        byte[] symbolTable = Table([.. _symbols], SymbolEntry.Size, (entry, bytes) => entry.Write(bytes));
        Add(".symtab", TableHeader(SectionType.Symbols, symbolTable, SymbolEntry.Size) with
        {
            Link = (uint)symbols + 1,
            Info = (uint)_symbols.FindLastIndex(symbol => symbol.Binding == SymbolBinding.Local) + 1,
        }, symbolTable);

        uint namesName = _names.Add(".strtab");
        byte[] names = _names.ToArray();
        _sections.Add((new SectionHeader { Name = namesName, Type = SectionType.Strings, Length = (ulong)names.Length, Alignment = 1 }, names));
        return Assemble();
    }

    private static SectionHeader TableHeader(SectionType type, byte[] table, int entrySize) =>
        new() { Type = type, Length = (ulong)table.Length, Alignment = sizeof(ulong), EntrySize = (ulong)entrySize };

    private static byte[] Table<T>(T[] entries, int size, WriteEntry<T> write)
    {
        byte[] bytes = new byte[entries.Length * size];
        for (int i = 0; i < entries.Length; i++)
        {
            write(entries[i], bytes.AsSpan(i * size, size));
        }

        return bytes;
    }

    private int Add(string name, SectionHeader header, byte[] bytes)
    {
        _sections.Add((header with { Name = _names.Add(name) }, bytes));
        return _sections.Count - 1;
    }

    private byte[] Assemble()
    {
        int at = ElfHeader.Size;
        var offsets = new int[_sections.Count];
        for (int i = 1; i < _sections.Count; i++)
        {
            offsets[i] = NaturalLayout.AlignUp(at, (int)_sections[i].Header.Alignment);
            at = checked(offsets[i] + _sections[i].Bytes.Length);
        }

        int headers = NaturalLayout.AlignUp(at, sizeof(ulong));
        byte[] file = new byte[checked(headers + (_sections.Count * SectionHeader.Size))];
        new ElfHeader((ulong)headers, (ushort)_sections.Count, (ushort)(_sections.Count - 1)).Write(file);
        for (int i = 0; i < _sections.Count; i++)
        {
            _sections[i].Bytes.CopyTo(file, offsets[i]);
            (_sections[i].Header with { Offset = (ulong)offsets[i] }).Write(file.AsSpan(headers + (i * SectionHeader.Size)));
        }

        return file;
    }

    private delegate void WriteEntry<in T>(T entry, Span<byte> bytes);
}
