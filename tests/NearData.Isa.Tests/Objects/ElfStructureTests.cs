using NearData.Isa.Objects.Elf;

namespace NearData.Isa.Tests.Objects;

/// <summary>The specification's structures: each is written as it is read, in the specification's number of bytes.</summary>
public sealed class ElfStructureTests
{
    [Fact]
    public void Structures_have_the_specification_s_sizes() =>
        Assert.Equal((64, 64, 24, 16), (ElfHeader.Size, SectionHeader.Size, SymbolEntry.Size, RelocationEntry.Size));

    [Fact]
    public void A_section_header_is_read_as_it_was_written()
    {
        var header = new SectionHeader(1, SectionType.Relocations, SectionFlags.InfoIsSection | SectionFlags.Allocated, 1ul << 40, ulong.MaxValue, 7, 8, 16, 24);
        byte[] bytes = new byte[SectionHeader.Size];
        header.Write(bytes);

        Assert.Equal(header, SectionHeader.Read(bytes));
        Assert.All(bytes[16..24], addressByte => Assert.Equal(0, addressByte));
    }

    [Fact]
    public void A_symbol_is_read_as_it_was_written()
    {
        var symbol = new SymbolEntry(0x01020304, SymbolType.Function, SymbolBinding.Weak, SymbolEntry.FirstReserved, 1ul << 63, 5);
        byte[] bytes = new byte[SymbolEntry.Size];
        symbol.Write(bytes);

        Assert.Equal(symbol, SymbolEntry.Read(bytes));
        Assert.Equal(0x22, bytes[4]);
    }

    [Fact]
    public void A_relocation_is_read_as_it_was_written()
    {
        var relocation = new RelocationEntry(ulong.MaxValue, RelocationType.Call, uint.MaxValue);
        byte[] bytes = new byte[RelocationEntry.Size];
        relocation.Write(bytes);

        Assert.Equal(relocation, RelocationEntry.Read(bytes));
        Assert.Equal(10, bytes[8]);
    }
}
