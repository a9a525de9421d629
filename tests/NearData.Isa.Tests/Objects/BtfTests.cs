using System.Diagnostics;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;

namespace NearData.Isa.Tests.Objects;

public sealed class BtfTests
{
    private static readonly BtfType[] EveryKind =
    [
        new BtfInt("int", 4, BtfIntEncoding.Signed, 32),
        new BtfInt("odd", 8, BtfIntEncoding.Unsigned, 7, FirstBit: 3),
        new BtfInt("__int128", 16, BtfIntEncoding.Signed, 128),
        new BtfFloat("double", 8),
        new BtfPointer(0),
        new BtfArray(1, 1, uint.MaxValue),
        new BtfComposite("plain", BtfCompositeKind.Struct, 12, [new BtfMember("a", 1, 0), new BtfMember("b", 1, 64)]),
        new BtfComposite("fields", BtfCompositeKind.Struct, 4, [new BtfMember("low", 1, 0, 3), new BtfMember("high", 1, 3, 29)]),
        new BtfComposite("", BtfCompositeKind.Union, 4, [new BtfMember("", 1, 0)]),
        new BtfEnum("color", 4, IsWide: false, IsSigned: false, [new BtfEnumerator("RED", uint.MaxValue)]),
        new BtfEnum("sign", 4, IsWide: false, IsSigned: true, [new BtfEnumerator("MINUS", -1)]),
        new BtfEnum("wide", 8, IsWide: true, IsSigned: false, [new BtfEnumerator("MOST", ulong.MaxValue)]),
        new BtfEnum("far", 8, IsWide: true, IsSigned: true, [new BtfEnumerator("LEAST", long.MinValue)]),
        new BtfForward("later", BtfCompositeKind.Struct),
        new BtfForward("other", BtfCompositeKind.Union),
        new BtfModifier(BtfModifierKind.Typedef, "name", 1),
        new BtfModifier(BtfModifierKind.Const, "", 1),
        new BtfModifier(BtfModifierKind.Volatile, "", 17),
        new BtfModifier(BtfModifierKind.Restrict, "", 5),
        new BtfModifier(BtfModifierKind.TypeTag, "mine", 1),
        new BtfPrototype(0, [new BtfParameter("a", 1), new BtfParameter("", 0)]),
        new BtfFunction("f", 21, BtfLinkage.Extern),
        new BtfVariable("v", 18, BtfLinkage.Static),
        new BtfDataSection(".data", 8, [new BtfPlacement(23, 4, 4)]),
        new BtfDeclTag("nd:sum", 7, 1),
        new BtfDeclTag("whole", 7, BtfDeclTag.WholeTarget),
    ];

    [Fact]
    public void Every_kind_of_type_is_read_as_it_was_written()
    {
        byte[] section = BtfTypes.Write(EveryKind);

        BtfTypes read = BtfTypes.Read(section);

        Assert.Equal(EveryKind.Length + 1, read.Count);
        Assert.Equal(section, BtfTypes.Write(Enumerable.Range(1, EveryKind.Length).Select(type => read[type])));
        Assert.All(Enumerable.Range(0, EveryKind.Length), i => Assert.Equivalent(EveryKind[i], read[i + 1], strict: true));
    }

    [Fact]
    public void A_type_that_refers_to_itself_is_an_error_at_that_type()
    {
        BtfTypes types = BtfTypes.Read(BtfTypes.Write(
        [
            new BtfInt("int", 4, BtfIntEncoding.Signed, 32),
            new BtfModifier(BtfModifierKind.Const, "", 3),
            new BtfModifier(BtfModifierKind.Typedef, "again", 2),
            new BtfPointer(5),
            new BtfPointer(4),
        ]));

        var error = Assert.Throws<ObjectFormatException>(() => types.Resolve(3));

        Assert.Equal((".BTF types", 28), (error.Section, error.Offset));
        Assert.Contains("Type 3 is more than 32 names and qualifiers deep, or refers to itself.", error.Message);
        Assert.EndsWith(" * * *", types.Describe(4));
    }

    [Theory]
    [InlineData(0, 0, ".BTF+0x0: The section begins with 0xeb00, not with 0xeb9f.")]
    [InlineData(2, 9, ".BTF+0x2: Version and flags are 0x0009; version 1 without flags is known.")]
    [InlineData(4, 8, ".BTF+0x4: A header of 8 bytes in a section of 69; 24 are needed.")]
    [InlineData(12, 200, ".BTF+0x18: The types: 200 bytes from here reach outside the 69 that there are.")]
    [InlineData(20, 99, ".BTF+0x40: The strings: 99 bytes from here reach outside the 69 that there are.")]
    [InlineData(24, 77, ".BTF strings+0x4d: A string starts outside the 5 bytes of strings.")]
    [InlineData(31, 0x1f, ".BTF types+0x0: Type kind 31 is unknown; 1 to 19 are known.")]
    [InlineData(32, 40, ".BTF types+0x0: A number of 40 bytes; 1 to 16 are possible.")]
    [InlineData(36, 99, ".BTF types+0xc: Integer 'int' has bits 0..99 in 4 bytes.")]
    [InlineData(48, 9, ".BTF types+0x10: Type 2 refers to type 9; there are 3.")]
    [InlineData(68, 88, ".BTF strings+0x1: A string doesn't end inside the strings.")]
    public void A_wrong_field_is_an_error_at_its_place_with_its_value(int offset, byte value, string message)
    {
        byte[] section = BtfTypes.Write([new BtfInt("int", 4, BtfIntEncoding.Signed, 32), new BtfPointer(1), new BtfPointer(0)]);
        section[offset] = value;

        Assert.Equal(message, Assert.Throws<ObjectFormatException>(() => BtfTypes.Read(section)).Message);
    }

    [Fact]
    public void Truncation_at_every_byte_is_an_error()
    {
        byte[] section = BtfTypes.Write(EveryKind);
        for (int length = 0; length < section.Length; length++)
        {
            Assert.Throws<ObjectFormatException>(() => BtfTypes.Read(section.AsMemory(0, length)));
        }
    }

    [Fact]
    public void Names_that_share_one_long_string_are_refused_before_they_fill_the_memory()
    {
        // 50,000 types, each named by a tail of the same 600,000 bytes: decoded, they would take 28 GB.
        const int count = 50_000;
        byte[] section = BtfTypes.Write([.. Enumerable.Repeat(new BtfForward("", BtfCompositeKind.Struct), count), new BtfForward(new string('x', 600_000), BtfCompositeKind.Struct)]);
        for (int i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(section.AsSpan(24 + (i * 12)), i + 1);
        }

        long start = Stopwatch.GetTimestamp();
        var error = Assert.Throws<ObjectFormatException>(() => BtfTypes.Read(section));

        Assert.Contains("Strings overlap more than 16 times over.", error.Message);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2));
    }
}
