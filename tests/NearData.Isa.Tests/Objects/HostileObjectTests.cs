using System.Buffers.Binary;
using System.Diagnostics;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary>Broken objects end in a typed error that says where, in time and memory that the object's size bounds.</summary>
public sealed class HostileObjectTests
{
    [FactNeeding(Needs.Clang19)]
    public void Truncation_at_every_byte_is_an_error_that_says_where()
    {
        foreach (byte[] whole in new[] { Clang.Compile(Sources.Everything), Samples.Builder().Build() })
        {
            for (int length = 0; length < whole.Length; length++)
            {
                var error = Assert.Throws<ObjectFormatException>(() => BpfObject.Read(whole.AsMemory(0, length)));
                Assert.Contains(error.Section, new[] { "ELF header", "file" });
            }
        }
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 8)]
    public void Any_change_of_bytes_ends_in_a_typed_error_or_in_a_program(int seed, int changes)
    {
        byte[][] objects = [Clang.Compile(Sources.Everything), Clang.Compile(Sources.Everything, cpu: "v1"), Samples.Builder().Build()];
        var random = new Random(seed);
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < 4000; round++)
        {
            byte[] bytes = [.. objects[round % objects.Length]];
            for (int change = 0; change < changes; change++)
            {
                Change(bytes, random);
            }

            try
            {
                accepted += BpfObject.Read(bytes).Programs.Length > 0 ? 1 : 0;
            }
            catch (Exception error) when (error is ObjectFormatException or InvalidInstructionException)
            {
                refused++;
            }
        }

        Assert.True(accepted > 100 && refused > 100, $"accepted {accepted}, refused {refused}: the changes test nothing (seed {seed})");
    }

    [Fact]
    public void Any_byte_of_a_built_object_may_be_flipped()
    {
        byte[] whole = Samples.Builder().Build();
        for (int change = 0; change < whole.Length * 2; change++)
        {
            byte[] bytes = [.. whole];
            bytes[change / 2] ^= change % 2 == 0 ? (byte)0xff : (byte)1;
            try
            {
                Assert.NotEmpty(BpfObject.Read(bytes).Programs);
            }
            catch (Exception error) when (error is ObjectFormatException or InvalidInstructionException)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }

    [Theory]
    [InlineData(0, 1, "ELF header+0x0: This is no ELF file: it doesn't begin with 7f 45 4c 46.")]
    [InlineData(4, 1, "ELF header+0x4: The class is 1; eBPF objects")]
    [InlineData(5, 2, "ELF header+0x5: The byte order is 2; eBPF objects")]
    [InlineData(16, 2, "ELF header+0x10: The file type is 2; eBPF objects")]
    [InlineData(18, 62, "ELF header+0x12: The machine is 62; eBPF objects")]
    [InlineData(62, 200, "ELF header+0x3e: The names' section 200 isn't one of 10.")]
    public void A_wrong_header_names_the_field_and_its_value(int offset, byte value, string message)
    {
        byte[] bytes = Samples.Builder().Build();
        bytes[offset] = value;

        Assert.StartsWith(message, Assert.Throws<ObjectFormatException>(() => BpfObject.Read(bytes)).Message);
    }

    [Fact]
    public void A_machine_without_a_number_is_taken_as_libbpf_takes_it()
    {
        byte[] bytes = Samples.Builder().Build();
        bytes[18] = 0;

        Assert.NotEmpty(BpfObject.Read(bytes).Programs);
    }

    [Fact]
    public void Sections_that_share_their_bytes_are_refused_before_they_are_read()
    {
        byte[] bytes = Change(".rodata", header => header with { Offset = 0, Length = (ulong)Samples.Builder().Build().Length });

        Assert.Matches("^section headers.*overlaps another", Assert.Throws<ObjectFormatException>(() => BpfObject.Read(bytes)).Message);
    }

    [Fact]
    public void Results_with_initial_values_are_refused()
    {
        byte[] bytes = Change(".bss.results", header => header with { Type = SectionType.Data, Offset = 0 });

        Assert.Equal(
            ".bss.results: Results begin with what their merge leaves unchanged; they can't be given other values.",
            Assert.Throws<ObjectContractException>(() => BpfObject.Read(bytes)).Message);
    }

    [Fact]
    public void A_relocation_to_outside_its_data_names_the_place()
    {
        byte[] bytes = Samples.Builder().Build();
        ElfSection filter = ElfFile.Read(bytes).Find("filter")!;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan((int)filter.Header.Offset + 4), 4096);

        Assert.Equal(
            "filter+0x0: Byte 4096 of '.rodata' is neither in data nor the start of a map.",
            Assert.Throws<ObjectFormatException>(() => BpfObject.Read(bytes)).Message);
    }

    [Fact]
    public void A_large_object_of_broken_tables_is_refused_in_linear_time()
    {
        // 60,000 sections, all of them relocations of one another, over a file of 4 MB.
        const int count = 60_000;
        byte[] bytes = new byte[ElfHeader.Size + (count * SectionHeader.Size)];
        Samples.Builder().Build().AsSpan(0, ElfHeader.Size).CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), ElfHeader.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(60), count);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(62), 0);
        for (int i = 0; i < count; i++)
        {
            new SectionHeader { Type = SectionType.Relocations, Info = (uint)(i / 2), EntrySize = RelocationEntry.Size }
                .Write(bytes.AsSpan(ElfHeader.Size + (i * SectionHeader.Size), SectionHeader.Size));
        }

        long start = Stopwatch.GetTimestamp();
        Assert.Throws<ObjectFormatException>(() => BpfObject.Read(bytes));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void Variables_that_share_a_huge_struct_do_not_multiply_its_fields()
    {
        const int count = 60_000;
        BtfMember[] members = [.. Enumerable.Range(0, count).Select(i => new BtfMember($"m{i}", 1, 0))];
        BtfType[] types =
        [
            new BtfInt("long long", 8, BtfIntEncoding.Signed, 64),
            new BtfComposite("", BtfCompositeKind.Struct, 8, [.. members]),
            .. Enumerable.Range(0, count).Select(i => new BtfDeclTag("nd:max", 2, i)),
            .. Enumerable.Range(0, count).Select(i => new BtfVariable($"v{i}", 2, BtfLinkage.Global)),
            new BtfDataSection(".bss.results", 0, [.. Enumerable.Range(count + 3, count).Select(variable => new BtfPlacement(variable, 0, 8))]),
            new BtfDataSection(".maps", 0, [.. Enumerable.Range(count + 3, count).Select(variable => new BtfPlacement(variable, (uint)variable, 8))]),
        ];
        byte[] bytes = WithTypes(BtfTypes.Write(types));

        long start = Stopwatch.GetTimestamp();
        var error = Assert.Throws<ObjectContractException>(() => BpfObject.Read(bytes));

        Assert.Equal(".bss.results: Result 'm0': the name is used twice.", error.Message);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void A_row_whose_types_refer_to_themselves_is_an_error_at_the_type()
    {
        byte[] bytes = WithTypes(BtfTypes.Write(
        [
            new BtfInt("int", 4, BtfIntEncoding.Signed, 32),
            new BtfComposite("row", BtfCompositeKind.Struct, 8, [new BtfMember("a", 3, 0)]),
            new BtfModifier(BtfModifierKind.Typedef, "a_t", 4),
            new BtfModifier(BtfModifierKind.Const, "", 3),
            new BtfPointer(2),
            new BtfPrototype(1, [new BtfParameter("r", 5)]),
            new BtfFunction("keep", 6, BtfLinkage.Global),
        ]), withResults: false);

        var error = Assert.Throws<ObjectFormatException>(() => BpfObject.Read(bytes));

        Assert.Equal(".BTF types+0x28: Type 3 is more than 32 names and qualifiers deep, or refers to itself.", error.Message);
    }

    /// <summary>A built object with its types replaced.</summary>
    private static byte[] WithTypes(byte[] types, bool withResults = true)
    {
        byte[] whole = new ObjectBuilder(Samples.Row, Samples.Parameters, withResults ? Samples.Results : [])
            .Add("keep", ProgramKind.Filter, Samples.Filter)
            .Build();
        return Change(
            [.. whole, .. types], ".BTF", header => header with { Offset = (ulong)whole.Length, Length = (ulong)types.Length });
    }

    private static byte[] Change(string section, Func<SectionHeader, SectionHeader> change) => Change(Samples.Builder().Build(), section, change);

    private static byte[] Change(byte[] bytes, string section, Func<SectionHeader, SectionHeader> change)
    {
        ElfSection found = ElfFile.Read(bytes).Find(section)!;
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(40));
        change(found.Header).Write(bytes.AsSpan(table + (found.Index * SectionHeader.Size), SectionHeader.Size));
        return bytes;
    }

    private static void Change(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes[at] = random.Next(2) == 0 ? (byte)0 : (byte)0xff;
                break;
            default:
                // A whole word of what broken tables hold: small numbers, large numbers, and negative ones.
                at = Math.Min(at & ~3, bytes.Length - sizeof(int));
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), random.Next(3) switch
                {
                    0 => random.Next(256),
                    1 => int.MaxValue - random.Next(256),
                    _ => -random.Next(256),
                });
                break;
        }
    }
}
