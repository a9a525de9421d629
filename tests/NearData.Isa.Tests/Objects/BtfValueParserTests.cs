using System.Text.Json;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Objects.Elf;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary>Values that users write, as bytes. Expectations are the bytes that clang makes of the same initializers.</summary>
public sealed class BtfValueParserTests
{
    private const string Declarations = """
        enum color { RED = -1, GREEN = 7 };
        struct point { int x; short y; };
        struct it {
            _Bool flag; signed char small; unsigned short port; long l; unsigned low : 3, middle : 20; int far : 5;
            struct point points[2]; char text[8]; union { int number; struct point inside; }; enum color color; void *to; double d;
        };
        """;

    [FactNeeding(Needs.Clang19)]
    public void JSON_becomes_the_bytes_that_the_compiler_makes_of_the_same_value()
    {
        ElfFile elf = ElfFile.Read(Clang.Compile(Declarations + """
            struct it it = { 1, -3, 65535, -5, 5, 0xfffff, -2, { { 1, 2 }, { -1, -2 } }, "abc", { -9 }, RED, (void *)0x1234, 0.5 };
            """));
        BtfTypes types = BtfTypes.Read(elf.Find(".BTF")!.Memory.ToArray());
        const string json = """
            {
                "flag": true, "small": -3, "port": "0xffff", "l": -5, "low": 5, "middle": "0xfffff", "far": -2,
                "points": [{ "x": 1, "y": 2 }, { "x": -1, "y": -2 }], "text": "abc", "": { "number": -9 }, "color": "RED", "to": "0x1234", "d": 0.5
            }
            """;

        byte[] bytes = new BtfValueParser(types).Parse(types.Named("it").First(), JsonDocument.Parse(json).RootElement);

        Assert.Equal(elf.Find(".data")!.Memory.ToArray(), bytes);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("""{"small": 300}""", ".small: 300 has more than 8 bits.")]
    [InlineData("""{"small": -129}""", ".small: -129 has more than 8 bits.")]
    [InlineData("""{"low": 8}""", ".low: 8 has more than 3 bits.")]
    [InlineData("""{"l": 1.5}""", ".l: 1.5 is no whole number.")]
    [InlineData("""{"l": {}}""", ".l: {} is no whole number.")]
    [InlineData("""{"points": [{}]}""", ".points: [{}] isn't 2 elements in brackets.")]
    [InlineData("""{"points": [{}, {"z": 1}]}""", ".points[1]: struct point has no member 'z'; it has x, y.")]
    [InlineData("""{"text": "ten letters"}""", ".text: 'ten letters' has 11 bytes; there is room for 8.")]
    [InlineData("""{"color": "BLUE"}""", ".color: 'BLUE' is none of enum color; it has RED, GREEN.")]
    [InlineData("""[]""", "[] isn't members in braces, as struct it has them.")]
    public void What_is_no_such_value_is_refused_with_its_place(string json, string message)
    {
        BtfTypes types = BtfTypes.Read(ElfFile.Read(Clang.Compile(Declarations + "struct it it;")).Find(".BTF")!.Memory.ToArray());

        BtfValueException error = Assert.Throws<BtfValueException>(
            () => new BtfValueParser(types).Parse(types.Named("it").First(), JsonDocument.Parse(json).RootElement));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void A_type_that_contains_itself_is_refused()
    {
        BtfTypes types = BtfTypes.Read(BtfTypes.Write(
            [new BtfInt("int", 4, BtfIntEncoding.Signed, 32), new BtfComposite("it", BtfCompositeKind.Struct, 4, [new BtfMember("a", 2, 0)])]));
        string deep = string.Concat(Enumerable.Repeat("""{"a":""", 40)) + "1" + new string('}', 40);

        Assert.Contains(
            "contains itself", Assert.Throws<BtfValueException>(() => new BtfValueParser(types).Parse(2, JsonDocument.Parse(deep).RootElement)).Message);
    }
}
