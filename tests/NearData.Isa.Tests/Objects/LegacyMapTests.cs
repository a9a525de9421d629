using NearData.Isa.Objects;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary>Maps from before BTF, in each of the layouts that loaders have used.</summary>
public sealed class LegacyMapTests
{
    private const string Libbpf = "struct def { unsigned type, key, value, entries, flags; };";
    private const string Samples = "struct def { unsigned type, key, value, entries, flags, inner, node; };";
    private const string Iproute = "struct def { unsigned type, key, value, entries, flags, id, pinning, inner_id, inner_entry; };";

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14 | Needs.Clang16)]
    [InlineData("clang-14", Libbpf)]
    [InlineData("clang-16", Samples)]
    [InlineData("clang-19", Iproute)]
    public void Definitions_of_20_28_and_36_bytes_are_read_without_any_types(string compiler, string layout)
    {
        byte[] elf = Clang.Compile(
            PacketSources.With(
                layout + """
                struct def SEC("maps") flows = { .type = BPF_MAP_TYPE_HASH, .key = 4, .value = 16, .entries = 1024, .flags = 1 };
                struct def SEC("maps") totals = { .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key = 4, .value = 8, .entries = 2 };
                """,
                "__u32 key = 1; return bpf_map_lookup_elem(&totals, &key) && bpf_map_lookup_elem(&flows, &key);"),
            compiler,
            "v3",
            "-g0");
        Assert.Null(ElfFile.Read(elf).Find(".BTF"));

        BpfObject found = BpfObject.Read(elf);

        Assert.Equal(
            ["flows: Hash 4 16 1024 1", "totals: PerCpuArray 4 8 2 0"],
            found.Maps.Select(map => $"{map.Name}: {map.Type} {map.KeySize} {map.ValueSize} {map.MaxEntries} {map.Flags}").Order(StringComparer.Ordinal));
        Program program = Assert.Single(found.Programs);
        Assert.Equal(
            ["totals", "flows"],
            program.Code.Where(instruction => instruction.IsWide).Select(load => program.Maps[load.Immediate].Name));
        Assert.Equal(1, found.Types.Count);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(Samples, ".inner = 0", "")]
    [InlineData(Iproute, ".inner_id = 7", ".id = 7")]
    public void A_map_of_maps_names_what_its_entries_look_like(string layout, string outer, string inner)
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.With(
            $$"""
            {{layout}}
            struct def SEC("maps") template = { .type = BPF_MAP_TYPE_HASH, .key = 4, .value = 16, .entries = 8, {{inner}} };
            struct def SEC("maps") outer = { .type = BPF_MAP_TYPE_ARRAY_OF_MAPS, .key = 4, .value = 4, .entries = 2, {{outer}} };
            """,
            "__u32 key = 1; return bpf_map_lookup_elem(&outer, &key) != 0;")));

        Assert.Equal("template", found.Maps.Single(map => map.Name == "outer").Inner!.Name);
    }

    [FactNeeding(Needs.Clang19)]
    public void Maps_with_an_entry_of_their_own_are_in_the_map_of_maps_that_names_their_id()
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.With(
            Iproute + """
            struct def SEC("maps") third = { .type = BPF_MAP_TYPE_HASH, .key = 4, .value = 16, .entries = 8, .id = 7, .inner_entry = 3 };
            struct def SEC("maps") first = { .type = BPF_MAP_TYPE_HASH, .key = 4, .value = 16, .entries = 8, .id = 7, .inner_entry = 1 };
            struct def SEC("maps") pattern = { .type = BPF_MAP_TYPE_HASH, .key = 4, .value = 16, .entries = 8, .id = 7, .inner_entry = -1 };
            struct def SEC("maps") other = { .type = BPF_MAP_TYPE_HASH, .key = 4, .value = 16, .entries = 8, .id = 8, .inner_entry = 2 };
            struct def SEC("maps") outer = { .type = BPF_MAP_TYPE_ARRAY_OF_MAPS, .key = 4, .value = 4, .entries = 4, .inner_id = 7 };
            """,
            "__u32 key = 1; return bpf_map_lookup_elem(&outer, &key) != 0;")));

        Assert.Equal([new MapSlot(1, "first"), new MapSlot(3, "third")], found.Maps.Single(map => map.Name == "outer").Slots.AsEnumerable());
    }

    [FactNeeding(Needs.Clang19)]
    public void Rust_programs_have_a_section_for_each_map()
    {
        BpfObject found = BpfObject.Read(Clang.Compile(
            PacketSources.With(
                Samples + """struct def EVENTS SEC("maps/EVENTS") = { 27, 0, 0, 4096, 0, 0, 0 }; struct def SEEN SEC("maps/SEEN") = { 1, 4, 8, 16, 0, 0, 0 };""",
                "__u32 key = 1; return bpf_map_lookup_elem(&SEEN, &key) && bpf_map_lookup_elem(&EVENTS, &key);"),
            "clang-19",
            "v3",
            "-g0"));

        Assert.Equal(["EVENTS: RingBuffer", "SEEN: Hash"], found.Maps.Select(map => $"{map.Name}: {map.Type}").Order(StringComparer.Ordinal));
    }

    [FactNeeding(Needs.Clang19)]
    public void An_annotation_gives_a_map_its_types()
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.With(
            Libbpf + """
            struct def SEC("maps") flows = { .type = BPF_MAP_TYPE_HASH, .key = 4, .value = 8, .entries = 4 };
            struct ____btf_map_flows { __u32 key; __u64 value; } ____btf_map_flows SEC(".maps.flows") __attribute__((used)) = {};
            """,
            "__u32 key = 1; return bpf_map_lookup_elem(&flows, &key) != 0;")));

        MapDefinition flows = Assert.Single(found.Maps);
        Assert.Equal(("__u32", "__u64"), (found.Types.Describe(flows.KeyTypeId), found.Types.Describe(flows.ValueTypeId)));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("struct { unsigned a[4]; } odd SEC(\"maps\") = { { 1, 4, 8, 16 } };", "maps+0x0: The definition of map 'odd' has 16 bytes; 20 are needed.")]
    [InlineData("struct { unsigned a[12]; } odd SEC(\"maps\") = { { 1, 4, 8, 16, 0, 0, 0, 0, 0, 0, 0, 9 } };", "maps+0x0: The definition of map 'odd' has 48 bytes, and not only zeros from byte 36 on")]
    [InlineData("struct { unsigned a[5]; } odd SEC(\"maps\") = { { 99, 4, 8, 16, 0 } };", "maps: Map 'odd': maps of type 99 aren't supported; known: Hash (1)")]
    [InlineData("struct { unsigned a[5]; } odd SEC(\"maps\") = { { 1, 0, 8, 16, 0 } };", "maps: Map 'odd': key_size is 0; Hash maps have 1 to ")]
    [InlineData("struct { unsigned a[5]; } odd SEC(\"maps\") = { { 1, 4, 0xffffffff, 16, 0 } };", "maps: Map 'odd': the number at byte 8 is 4294967295.")]
    [InlineData("struct { unsigned a[5]; } odd SEC(\"maps\") = { { 12, 4, 4, 16, 0 } };", "maps: Map 'odd': it names no map that its entries look like.")]
    [InlineData(
        Iproute + "struct def SEC(\"maps\") inner = { 1, 4, 8, 16, 0, 7, 0, 0, 4 }; struct def SEC(\"maps\") odd = { 12, 4, 4, 4, 0, 0, 0, 7, 0 };",
        "maps: Map 'odd': map 'inner' is to be its entry 4; it has 4.")]
    public void A_definition_that_no_loader_would_take_is_refused_by_name(string declaration, string message) =>
        Assert.StartsWith(
            message,
            Assert.ThrowsAny<ObjectFormatException>(() => BpfObject.Read(Clang.Compile(PacketSources.With(
                declaration, "__u32 key = 1; return bpf_map_lookup_elem(&odd, &key) != 0;")))).Message);

    [FactNeeding(Needs.Clang19)]
    public void A_symbol_s_size_says_nothing()
    {
        byte[] elf = Clang.Compile(PacketSources.With(
            Libbpf + """struct def SEC("maps") flows = { .type = BPF_MAP_TYPE_HASH, .key = 4, .value = 8, .entries = 4 };""",
            "__u32 key = 1; return bpf_map_lookup_elem(&flows, &key) != 0;"));
        ElfSection symbols = ElfFile.Read(elf).Sections.Single(section => section.Header.Type == SectionType.Symbols);
        int index = ElfFile.Read(elf).Symbols.ToList().FindIndex(symbol => symbol.Name == "flows");
        BitConverter.TryWriteBytes(elf.AsSpan((int)symbols.Header.Offset + (index * SymbolEntry.Size) + 16), 7777L);

        Assert.Equal("flows", Assert.Single(BpfObject.Read(elf).Maps).Name);
    }
}
