using System.Text;
using System.Text.Json;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;

namespace NearData.Isa.Tests.Objects;

/// <summary>Values of maps, printed as bpftool prints those of the kernel.</summary>
public sealed class BtfValueTests
{
    private const string Source = PacketSources.Headers + """
        enum color { RED, GREEN = 7, BLUE };
        enum sign { MINUS = -1, PLUS = 1 };
        enum wide { SMALL = 1, WIDE = 0x123456789abcdefull };
        enum deep { LOW = -0x123456789abcdefll, HIGH = 2 };
        typedef unsigned short port_t;
        typedef const volatile char letter_t;
        struct point { int x; short y; };
        struct key { __u32 address; port_t port; char pad[2]; };
        struct value {
            _Bool flag; char letter; unsigned char byte; signed char small; short s; port_t port; int i; unsigned u; long l; unsigned long ul;
            __int128 large; unsigned __int128 largest;
            unsigned low : 3, middle : 20, high : 9; long far : 40; int sign : 5;
            struct point point, points[2]; int grid[2][3]; char text[8], more[4]; letter_t letters[4]; unsigned char bytes[3];
            union { int number; struct point inside; }; struct { int nested; struct { __u8 deepest; } inner; };
            enum color color, colors[3]; enum sign minus; enum wide wide; enum deep deep;
            void *pointer; struct point *to; int (*call)(int); port_t ports[0];
        };
        struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, struct key); __type(value, struct value); } table SEC(".maps");
        struct value one = {
            .flag = 1, .letter = 'x', .small = -3, .i = -5, .large = -2, .low = 5, .high = 300, .far = -7, .sign = -1, .text = "abc", .more = "abcd",
            .letters = "hey", .color = GREEN, .colors = { BLUE, 5, RED }, .minus = MINUS, .wide = WIDE, .deep = LOW, .pointer = (void *)0x1234,
            .point = { -1, 2 }, .grid = { { 1, 2, 3 }, { 4, 5, 6 } },
        };
        long two = 9;
        const volatile struct point limit = { 3, 4 };
        SEC("xdp") int run(struct xdp_md *ctx)
        {
            struct key key = { .address = ctx->rx_queue_index };
            struct value *found = bpf_map_lookup_elem(&table, &key);
            return found ? found->i + one.i + limit.x + two : 1;
        }
        char LICENSE[] SEC("license") = "GPL";
        """;

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14 | Needs.KernelThroughBpftool)]
    [InlineData("clang-14")]
    [InlineData("clang-19")]
    public void Data_and_random_values_are_printed_as_bpftool_prints_them(string compiler)
    {
        byte[] elf = Clang.Compile(Source, compiler);
        using var kernel = new KernelLoad(elf);
        BpfObject ours = BpfObject.Read(elf);
        var reader = new BtfValueReader(ours.Types);
        foreach (string section in new[] { ".data", ".rodata" })
        {
            MapDefinition map = ours.Maps.Single(it => it.Name == section);
            BtfValue value = reader.Read(map.ValueTypeId, map.InitialValue.AsSpan());
            (JsonElement json, string text) = Dump(kernel, name => name.EndsWith(section, StringComparison.Ordinal));
            Assert.Equal(Normal(json[0].GetProperty("formatted").GetProperty("value")), Json(value));
            Assert.Equal(text, Dense($"[{{\"value\":{value}}}]"));
        }

        MapDefinition table = ours.Maps.Single(it => it.Name == "table");
        var parser = new BtfValueParser(ours.Types);
        int id = kernel.Maps().Single(map => map.GetProperty("name").GetString() == "table").GetProperty("id").GetInt32();
        var random = new Random(7);
        Dictionary<string, string> values = [];
        for (int i = 0; i < 40; i++)
        {
            byte[] key = Bytes(random, table.KeySize);
            byte[] value = Bytes(random, table.ValueSize);
            KernelLoad.Update(id, key, value);

            // What was printed is read back: as the bytes that it shows, without those between members and behind texts.
            string printed = Json(reader.Read(table.ValueTypeId, value));
            byte[] parsed = parser.Parse(table.ValueTypeId, JsonDocument.Parse(printed).RootElement);
            Assert.Equal(printed, Json(reader.Read(table.ValueTypeId, parsed)));
            values.Add(Json(reader.Read(table.KeyTypeId, key)), Json(reader.Read(table.ValueTypeId, value)));
        }

        JsonElement.ArrayEnumerator dumped = KernelLoad.Json("map", "dump", "id", $"{id}").EnumerateArray();
        Assert.Equal(
            dumped.Select(entry => entry.GetProperty("formatted")).ToDictionary(entry => Normal(entry.GetProperty("key")), entry => Normal(entry.GetProperty("value"))),
            values);
    }

    [FactNeeding(Needs.Clang19)]
    public void Floats_are_numbers()
    {
        BtfTypes types = TypesOf("struct it { float f; double d, n; } it;");
        byte[] bytes = [.. BitConverter.GetBytes(1.5f), 0, 0, 0, 0, .. BitConverter.GetBytes(-0.25), .. BitConverter.GetBytes(double.NaN)];

        BtfValue value = new BtfValueReader(types).Read(types.Named("it").First(), bytes);

        Assert.Equal("""{"f":1.5,"d":-0.25,"n":"NaN"}""", Json(value));
        Assert.Equal("{\n    \"f\": 1.5,\n    \"d\": -0.25,\n    \"n\": NaN\n}", value.ToString());
    }

    [FactNeeding(Needs.Clang19)]
    public void A_value_shorter_than_its_type_is_an_error()
    {
        BtfTypes types = TypesOf("struct it { long a, b; } it;");

        Assert.Contains(
            "('struct it') has 16 bytes; there are 8.",
            Assert.Throws<ObjectFormatException>(() => new BtfValueReader(types).Read(types.Named("it").First(), new byte[8])).Message);
    }

    [Fact]
    public void Types_that_contain_themselves_or_multiply_are_an_error()
    {
        BtfInt integer = new("int", 4, BtfIntEncoding.Signed, 32);
        BtfTypes itself = BtfTypes.Read(BtfTypes.Write([integer, new BtfComposite("it", BtfCompositeKind.Struct, 4, [new BtfMember("again", 2, 0)])]));
        BtfTypes many = BtfTypes.Read(BtfTypes.Write(
        [
            integer,
            .. Enumerable.Range(1, 25).Select(i => new BtfComposite($"u{i}", BtfCompositeKind.Union, 4, [new BtfMember("a", i, 0), new BtfMember("b", i, 0)])),
        ]));
        BtfTypes nothing = BtfTypes.Read(BtfTypes.Write([new BtfComposite("none", BtfCompositeKind.Struct, 0, []), new BtfArray(1, 1, uint.MaxValue)]));

        foreach ((BtfTypes types, int type) in new[] { (itself, 2), (many, 26), (nothing, 2) })
        {
            Assert.Contains(
                "contains itself, or has more parts than a value of its size.",
                Assert.Throws<ObjectFormatException>(() => new BtfValueReader(types).Read(type, new byte[4])).Message);
        }
    }

    private static (JsonElement Json, string Text) Dump(KernelLoad kernel, Func<string, bool> isWanted)
    {
        int id = kernel.Maps().First(map => isWanted(map.GetProperty("name").GetString()!)).GetProperty("id").GetInt32();
        return (KernelLoad.Json("map", "dump", "id", $"{id}"), Dense(Clang.Run(Ground.Command("bpftool")!, "map", "dump", "id", $"{id}")));
    }

    private static byte[] Bytes(Random random, int size)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);

        // Small numbers, zeros and letters as well: enumerations and texts are made of them.
        for (int i = 0; i < size; i++)
        {
            bytes[i] = random.Next(3) switch { 0 => 0, 1 => (byte)random.Next(0x20, 0x7f), _ => bytes[i] };
        }

        return bytes;
    }

    private static string Json(BtfValue value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            BtfValueText.WriteJson(value, writer);
        }

        return Normal(JsonDocument.Parse(stream.ToArray()).RootElement);
    }

    private static string Normal(JsonElement json) => JsonSerializer.Serialize(json);

    /// <summary>Without the space between things: bpftool's own is irregular. A key of a section's array is none of ours.</summary>
    private static string Dense(string text) => new StringBuilder().AppendJoin("", text.Where(letter => !char.IsWhiteSpace(letter))).ToString()
        .Replace("\"key\":0,", "", StringComparison.Ordinal);

    private static BtfTypes TypesOf(string declarations) =>
        BtfTypes.Read(ElfFile.Read(Clang.Compile(declarations)).Find(".BTF")!.Memory.ToArray());
}
