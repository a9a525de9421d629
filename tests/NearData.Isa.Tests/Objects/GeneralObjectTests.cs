using NearData.Isa.Helpers;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;

namespace NearData.Isa.Tests.Objects;

/// <summary>Objects that others wrote for the kernel, read as libbpf reads them.</summary>
public sealed class GeneralObjectTests
{
    [TheoryNeeding(Needs.Clang19 | Needs.Clang14 | Needs.Clang16)]
    [ClassData(typeof(ClangMatrix))]
    public void Programs_functions_maps_and_data_are_all_read(string compiler, string cpu)
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.Everything, compiler, cpu));

        Assert.Equal(
            ["second_stage in xdp: Xdp", "entry in xdp: Xdp", "on_socket in socket: SocketFilter"],
            found.Programs.Select(program => $"{program.Name} in {program.Section}: {program.Kind}"));
        Assert.Equal("GPL", found.License);
        Assert.Equal(["entry", "each", "shared", "global_sum", "weak_one"], found.Programs.Single(program => program.Name == "entry").Functions.Select(function => function.Name));
        Assert.Equal(
            [FunctionLinkage.Global, FunctionLinkage.Static, FunctionLinkage.Static, FunctionLinkage.Global, FunctionLinkage.Global],
            found.Programs.Single(program => program.Name == "entry").Functions.Select(function => function.Linkage));
        Assert.Equal(["second_stage", "global_sum", "shared"], found.Programs[0].Functions.Select(function => function.Name));
        Assert.Equal(
            """
            .bss: Array 4 4 1
            .bss.mine: Array 4 8 1
            .data: Array 4 8 1
            .data.mine: Array 4 4 1
            .rodata: Array 4 4 1
            .rodata.mine: Array 4 6 1
            events: RingBuffer 0 0 8192
            first: Array 4 8 2
            flows: Hash 4 16 1024
            outer: ArrayOfMaps 4 4 4
            samples: PerfEventArray 4 4 0
            second: Array 4 8 2
            stages: ProgramArray 4 4 3
            """,
            string.Join('\n', found.Maps
                .OrderBy(map => map.Name, StringComparer.Ordinal)
                .Select(map => $"{map.Name}: {map.Type} {map.KeySize} {map.ValueSize} {map.MaxEntries}")));
    }

    [FactNeeding(Needs.Clang19)]
    public void A_spin_lock_is_found_where_the_kernel_would_take_it()
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.With(
            """
            typedef struct bpf_spin_lock lock_t;
            struct locked { __u64 before; lock_t lock; __u32 behind; };
            struct twice { struct bpf_spin_lock first, second; };
            struct nested { __u64 before; struct locked inside; };
            #define MAP(name, kind, of) struct { __uint(type, kind); __uint(max_entries, 4); __type(key, __u32); __type(value, of); } name SEC(".maps")
            MAP(hash, BPF_MAP_TYPE_HASH, struct locked);
            MAP(array, BPF_MAP_TYPE_ARRAY, lock_t);
            MAP(wrapped, BPF_MAP_TYPE_ARRAY, struct { struct bpf_spin_lock lock; });
            MAP(recent, BPF_MAP_TYPE_LRU_HASH, struct locked);
            MAP(two, BPF_MAP_TYPE_HASH, struct twice);
            MAP(inside, BPF_MAP_TYPE_HASH, struct nested);
            struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 4); __type(key, __u32);
                __array(values, struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, struct locked); });
            } outer SEC(".maps");
            static long before SEC(".data.mine") = 1;
            static struct bpf_spin_lock guard SEC(".data.mine");
            """,
            "bpf_spin_lock(&guard); before++; bpf_spin_unlock(&guard); return 0;")));

        Assert.Equal(
            [".data.mine 8", "array ", "hash 8", "inside ", "outer ", "outer.inner 8", "recent ", "two ", "wrapped 0"],
            found.Maps
                .Concat(found.Maps.Select(map => map.Inner).OfType<MapDefinition>())
                .Select(map => $"{map.Name} {map.SpinLockOffset}")
                .Order(StringComparer.Ordinal));
    }

    [FactNeeding(Needs.Clang19)]
    public void A_map_of_maps_and_a_program_array_start_with_what_their_author_wrote()
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.Everything));

        MapDefinition outer = found.Maps.Single(map => map.Name == "outer");
        Assert.Equal([new MapSlot(1, "second"), new MapSlot(3, "first")], outer.Slots.AsEnumerable());
        Assert.Equal(("outer.inner", MapType.Array, 4, 8, 2), (outer.Inner!.Name, outer.Inner.Type, outer.Inner.KeySize, outer.Inner.ValueSize, outer.Inner.MaxEntries));
        Assert.Equal([new MapSlot(2, "second_stage")], found.Maps.Single(map => map.Name == "stages").Slots.AsEnumerable());
        MapDefinition flows = found.Maps.Single(map => map.Name == "flows");
        Assert.Equal(1u, flows.Flags);
        Assert.Equal(("__u32", "struct value"), (found.Types.Describe(flows.KeyTypeId), found.Types.Describe(flows.ValueTypeId)));
        Assert.Equal(".data.mine", found.Types[found.Maps.Single(map => map.Name == ".data.mine").ValueTypeId].Name);
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14 | Needs.Clang16)]
    [ClassData(typeof(ClangMatrix))]
    public void Calls_and_callbacks_lead_to_the_functions_that_they_name(string compiler, string cpu)
    {
        Program entry = BpfObject.Read(Clang.Compile(PacketSources.Everything, compiler, cpu)).Programs.Single(program => program.Name == "entry");

        List<(string From, string To)> references = [];
        for (int slot = 0; slot < entry.Code.Length; slot += entry.Code[slot].IsWide ? 2 : 1)
        {
            Instruction instruction = entry.Code[slot];
            if ((instruction.IsCall && instruction.Source.Number == (byte)CallKind.Local)
                || (instruction.IsWide && instruction.WideKind == WideImmediateKind.Function))
            {
                ProgramFunction target = entry.FunctionAt(slot + 1 + instruction.Immediate)!;
                Assert.Equal(target.Start, slot + 1 + instruction.Immediate);
                references.Add((entry.FunctionAt(slot)!.Name, target.Name));
            }
        }

        Assert.Equal(
            [("each", "shared"), ("entry", "each"), ("entry", "global_sum"), ("entry", "weak_one"), ("global_sum", "shared"), ("global_sum", "shared")],
            references.Order());
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14 | Needs.Clang16)]
    [ClassData(typeof(ClangMatrix))]
    public void Each_function_has_its_own_type_and_source_lines(string compiler, string cpu)
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.Everything, compiler, cpu));

        foreach (Program program in found.Programs)
        {
            foreach (ProgramFunction function in program.Functions)
            {
                Assert.Equal(function.Name, Assert.IsType<BtfFunction>(found.Types[function.TypeId]).Name);
                SourceLine first = program.LineOf(function.Start)!;
                Assert.InRange(first.Instruction, function.Start, function.Start + function.Length - 1);
                Assert.Equal(PacketSources.Everything.Split('\n')[first.Line - 1], first.Text);
            }

            Assert.Equal(program.Lines.OrderBy(line => line.Instruction), program.Lines);
        }
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("xdp", ProgramKind.Xdp)]
    [InlineData("xdp/eth0", ProgramKind.Xdp)]
    [InlineData("xdp.frags", ProgramKind.Xdp)]
    [InlineData("xdp.frags/devmap", ProgramKind.Xdp)]
    [InlineData("socket", ProgramKind.SocketFilter)]
    [InlineData("socket/http", ProgramKind.SocketFilter)]
    [InlineData("tc", ProgramKind.TrafficControl)]
    [InlineData("tc/ingress", ProgramKind.TrafficControl)]
    [InlineData("tcx/egress", ProgramKind.TrafficControl)]
    [InlineData("classifier", ProgramKind.TrafficControl)]
    [InlineData("classifier/out", ProgramKind.TrafficControl)]
    [InlineData("action", ProgramKind.TrafficControl)]
    public void A_section_s_name_tells_what_its_programs_are_called_with(string section, ProgramKind kind)
    {
        byte[] elf = Clang.Compile($"{PacketSources.Headers}SEC(\"{section}\") int run(void *ctx) {{ (void)ctx; return 1; }}");

        Program found = Assert.Single(BpfObject.Read(elf).Programs);

        Assert.Equal((section, kind, false), (found.Section, found.Kind, found.IsOptional));
        Assert.Equal(ContextLayout.Of(kind), Assert.IsType<ProgramContext.Fields>(found.Context).Layout);
    }

    [FactNeeding(Needs.Clang19)]
    public void A_question_mark_makes_a_program_optional()
    {
        byte[] elf = Clang.Compile($"{PacketSources.Headers}SEC(\"?tc\") int run(void *ctx) {{ (void)ctx; return 1; }}");

        Program found = Assert.Single(BpfObject.Read(elf).Programs);

        Assert.Equal(("tc", ProgramKind.TrafficControl, true), (found.Section, found.Kind, found.IsOptional));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("xdp_root")]
    [InlineData("kprobe/do_exit")]
    [InlineData("prog")]
    [InlineData(".text")]
    public void A_program_in_a_section_of_another_name_waits_for_its_kind(string section)
    {
        BpfObject found = BpfObject.Read(Clang.Compile($"{PacketSources.Headers}SEC(\"{section}\") int run(void *ctx) {{ (void)ctx; return 1; }}"));

        Assert.Empty(found.Programs);
        UntypedProgram untyped = Assert.Single(found.Untyped);
        Assert.Equal(("run", section), (untyped.Name, untyped.Section));
        Assert.Equal((ProgramKind.Xdp, ContextLayout.XdpMd), (untyped.As(ProgramKind.Xdp).Kind, ((ProgramContext.Fields)untyped.As(ProgramKind.Xdp).Context).Layout));
        Assert.Equal(new ProgramContext.Memory(8), untyped.AsMemory(8).Context);
        Assert.Throws<ArgumentException>(() => untyped.As(ProgramKind.Filter));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("extern int missing(int a) __weak SEC(\".ksyms\");", "if (missing) return missing(3); return 1;")]
    [InlineData("extern const void missing __weak SEC(\".ksyms\");", "return &missing ? 3 : 1;")]
    public void What_is_weak_may_be_missing(string declaration, string body)
    {
        Program found = BpfObject.Read(Clang.Compile(PacketSources.With(declaration, body))).Programs.Single();

        // Its address is zero: a plain number, which the compiler compares with zero.
        Assert.Contains(found.Code, instruction => instruction is { IsWide: true, WideKind: WideImmediateKind.Number, Immediate: 0 });
        Assert.DoesNotContain(found.Code, instruction => instruction is { IsCall: true, Immediate: -1 });
    }

    [FactNeeding(Needs.Clang19)]
    public void A_weak_setting_of_the_kernel_is_zero()
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.With(
            "extern unsigned char CONFIG_NONE __kconfig __weak; extern int CONFIG_OTHER __kconfig __weak;", "return CONFIG_NONE + CONFIG_OTHER;")));

        MapDefinition settings = found.Maps.Single();
        Assert.Equal((".kconfig", MapRole.ReadOnlyData, 16, 0), (settings.Name, settings.Role, settings.ValueSize, settings.InitialValue.Length));
        Instruction[] code = [.. found.Programs.Single().Code];
        Assert.Equal([0, 8], Enumerable.Range(0, code.Length).Where(slot => code[slot].IsWide).Select(slot => code[slot + 1].Immediate).Order());
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("extern int LINUX_KERNEL_VERSION __kconfig;", "return LINUX_KERNEL_VERSION;", ".kconfig: 'LINUX_KERNEL_VERSION' is extern;")]
    [InlineData("extern int bpf_anything(int a) __ksym;", "return bpf_anything(3);", ".ksyms: 'bpf_anything' is extern;")]
    [InlineData("struct { __uint(type, 31); __uint(max_entries, 4096); } user SEC(\".maps\");", "return !bpf_map_lookup_elem(&user, ctx);", ".maps: Map 'user': maps of type 31 aren't supported; known: ")]
    [InlineData("extern int elsewhere(int a);", "return elsewhere(1);", "symbols: 'elsewhere' is extern;")]
    public void What_is_not_there_is_refused_by_name(string declaration, string body, string message) =>
        Assert.StartsWith(message, Assert.Throws<ObjectContractException>(() => BpfObject.Read(Clang.Compile(PacketSources.With(declaration, body)))).Message);

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("__attribute__((weak, section(\".ksyms\")))")]
    [InlineData("__attribute__((section(\".ksyms\")))")]
    public void Iterators_over_numbers_are_known_by_name(string attributes)
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.With(
            $"struct bpf_iter_num; extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) {attributes};",
            "__u64 it; return bpf_iter_num_new((void *)&it, 0, ctx->rx_queue_index);")));

        Instruction call = Assert.Single(Assert.Single(found.Programs).Code, instruction => instruction.IsCall);
        Assert.Equal(Instruction.CallHelper(IteratorHelpers.New.Number), call);
    }

    [FactNeeding(Needs.Clang19)]
    public void Static_functions_in_a_program_s_own_section_are_its_subprograms()
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.With(
            "static __attribute__((noinline, section(\"xdp\"))) int inner(int a) { return a * 31 + 7; }", "return inner(ctx->rx_queue_index);")));

        Assert.Equal(["run", "inner"], Assert.Single(found.Programs).Functions.Select(function => function.Name));
    }

    [FactNeeding(Needs.Clang19)]
    public void A_query_may_call_functions_too()
    {
        BpfObject found = BpfObject.Read(Clang.Compile(Sources.With(
            "static __attribute__((noinline)) int inner(__s64 a) { return a * 77 > 5; }", "return inner(r->a);")));

        Assert.Equal(["keep", "inner"], found.Filter!.Functions.Select(function => function.Name));
    }

    [FactNeeding(Needs.Clang19)]
    public void A_jump_table_or_a_pointer_in_constants_is_left_alone_as_libbpf_leaves_it()
    {
        BpfObject found = BpfObject.Read(Clang.Compile(PacketSources.With(
            "static const char *const names[] = { \"one\", \"two\" }; const void *keep = names;", "return keep != 0;")));

        Assert.Contains(found.Maps, map => map.Name == ".data" || map.Name == ".rodata");
        Assert.Single(found.Programs);
    }

    [FactNeeding(Needs.Clang19 | Needs.KernelThroughBpftool)]
    public void Objects_that_bpftool_linked_are_read_with_the_strong_functions()
    {
        const string first = PacketSources.Headers + """
            extern int other(int a);
            __weak int both(int a) { return a + 1; }
            long here = 5;
            SEC("xdp") int run(struct xdp_md *ctx) { return both(ctx->rx_queue_index) + here + other(3); }
            char LICENSE[] SEC("license") = "GPL";
            """;
        const string second = PacketSources.Headers + """
            extern long here;
            int more = 8;
            int both(int a) { return a + more; }
            static __noinline int hidden(int a) { return a * 31 + here; }
            int other(int a) { return hidden(a) + both(a); }
            """;
        using var left = new ScratchObject(Clang.Compile(first));
        using var right = new ScratchObject(Clang.Compile(second));
        string linked = left.Path + ".linked";
        Clang.Run(Ground.Command("bpftool")!, "gen", "object", linked, left.Path, right.Path);
        byte[] elf = File.ReadAllBytes(linked);
        using var kernel = new KernelLoad(elf);

        Program found = Assert.Single(BpfObject.Read(elf).Programs);

        Assert.Equal(["run", "both", "other", "hidden"], found.Functions.Select(function => function.Name));
        Assert.Equal(kernel.Program("run").GetProperty("tag").GetString(), ProgramTag.Compute(found, KernelLoad.Tag));
        Assert.Equal(8, found.Maps.Single().InitialValue[found.Code[found.Functions[1].Start + 1].Immediate]);
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [InlineData("clang-14")]
    [InlineData("clang-19")]
    public void Relocations_with_addends_of_their_own_mean_the_same(string compiler)
    {
        byte[] elf = Clang.Compile(PacketSources.Everything, compiler);

        BpfObject plain = BpfObject.Read(elf);
        BpfObject added = BpfObject.Read(AddendRelocations.Of(elf));

        Assert.Equal(plain.Programs.Select(program => program.Name), added.Programs.Select(program => program.Name));
        foreach ((Program before, Program after) in plain.Programs.Zip(added.Programs))
        {
            Assert.Equal(before.Code.AsEnumerable(), after.Code);
        }

        Assert.Equal(
            plain.Maps.SelectMany(map => map.Slots.Select(slot => (map.Name, slot))),
            added.Maps.SelectMany(map => map.Slots.Select(slot => (map.Name, slot))));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("__sk_buff", ProgramKind.SocketFilter)]
    [InlineData("__sk_buff", ProgramKind.TrafficControl)]
    [InlineData("xdp_md", ProgramKind.Xdp)]
    public void A_context_s_fields_are_where_the_kernel_s_header_has_them(string name, ProgramKind kind)
    {
        BtfTypes types = BpfObject.Read(Clang.Compile(PacketSources.With($"struct {name} keep;", "return ((int *)&keep)[0];"))).Types;
        BtfComposite header = types.Composite(name)!;
        Dictionary<int, (string Name, long Size)> members = [];
        foreach (BtfMember member in header.Members)
        {
            BtfArray? array = types.Resolve(member.Type).Type as BtfArray;
            long size = types.SizeOf(array?.Element ?? member.Type)!.Value;
            for (int i = 0; i < (array?.Count ?? 1); i++)
            {
                members[(int)(member.BitOffset / 8) + (int)(i * size)] = (array is null ? member.Name : $"{member.Name}[{i}]", size);
            }
        }

        ContextLayout layout = ContextLayout.Of(kind);

        Assert.Equal(header.Size, (uint)layout.Size);
        Assert.All(layout.Fields, field => Assert.Equal(members[field.Offset], (field.Name, field.Size)));
        Assert.Equal(layout.Fields.OrderBy(field => field.Offset), layout.Fields);
    }
}
