using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Tests;

/// <summary>What the interpreter tells of a run: each instruction, with its registers and memory by their author's names.</summary>
public sealed class StepTraceTests
{
    private const string Query = """
        #include <neardata.h>
        struct row { __s64 price; __s32 day; };
        enum kind { NONE, LIMIT = 5 };
        struct limits { enum kind kind; struct { __s32 low, high; } of[2]; };
        struct { __uint(type, ND_MAP_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, struct limits); } limits SEC(".maps");
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->day >= 3; }
        SEC("reduce") int add(const struct row *r)
        {
            __u32 key = 1;
            struct limits *found = bpf_map_lookup_elem(&limits, &key);
            if (found && found->kind == LIMIT && r->price < found->of[1].high)
                result.total += r->price;
            return 0;
        }
        """;

    private const string Packets = """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        struct note { __u32 length; __u16 kind; char text[6]; };
        struct note *unused __attribute__((unused));
        struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } notes SEC(".maps");
        struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); __uint(max_entries, 1); } events SEC(".maps");
        static __attribute__((noinline)) __u32 twice(__u32 length) { return length * 2; }
        static long step(__u64 index, __u32 *sum) { *sum += index; return 0; }
        SEC("xdp") int tell(struct xdp_md *ctx)
        {
            unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
            if (data + 14 > end)
                return XDP_DROP;
            __u32 sum = twice(end - data);
            bpf_loop(3, step, &sum, 0);
            struct note note = { sum, data[13], "hello" };
            bpf_ringbuf_output(&notes, &note, sizeof note, 0);
            bpf_perf_event_output(ctx, &events, (4ull << 32) | BPF_F_CURRENT_CPU, &note, sizeof note);
            bpf_printk("sum %d of %d", sum, 4);
            return XDP_PASS;
        }
        char LICENSE[] SEC("license") = "GPL";
        """;

    [FactNeeding(Needs.Clang19)]
    public void Rows_maps_results_and_the_stack_have_their_author_s_names()
    {
        BpfObject source = BpfObject.Read(Clang.Compile(Query));
        QueryProgram query = new(ProgramVerifier.Verify(source.Filter!), ProgramVerifier.Verify(source.Reduce!), source.Parameters);
        using InputMaps inputs = new(query.Maps, new MemoryBudget());
        MapDefinition limits = query.Maps.Single(map => map.Name == "limits");
        inputs.Update(query.Maps.IndexOf(limits), [new MapEntry([1, 0, 0, 0], [5, 0, 0, 0, .. new byte[12], 100, 0, 0, 0])], UpdateFlags.Any);
        using FrozenMaps frozen = inputs.Freeze()!;
        using InterpretedRunner runner = new(query, ParameterValues.Bind(query, new Dictionary<string, Int128>(StringComparer.Ordinal), frozen));
        using RecordBatch batch = new(query.Row, [0, 1], 2) { Count = 2 };
        batch.Values<long>(0)[1] = 42;
        batch.Values<int>(1)[1] = 3;

        StepCollector filter = new(100);
        StepCollector reduce = new(100);
        Assert.Equal(1UL, runner.TraceFilter(batch, 1, source.Types, filter.Add));
        Assert.Equal(0UL, runner.TraceReduce(batch, 1, source.Types, reduce.Add));

        Assert.Equal(["row.day = 3"], Accesses(filter));
        string[] accesses = [.. Accesses(reduce)];
        Assert.Equal("fp-4 := 1", accesses[0]);
        Assert.Contains("""limits[1].kind = "LIMIT" """.Trim(), accesses);
        Assert.Contains("limits[1].of[1].high = 100", accesses);
        Assert.Contains("row.price = 42", accesses);
        Assert.Equal("result.total := 42", accesses[^1]);
        string[] meanings = [.. reduce.ToImmutable().SelectMany(step => step.Writes).Select(register => register.Meaning).OfType<string>()];
        Assert.All(["map limits", "fp-4", "limits[1]"], name => Assert.Contains(name, meanings));
        Assert.Equal("row", reduce.ToImmutable()[0].Reads.Concat(reduce.ToImmutable().SelectMany(step => step.Reads)).First(register => register.Register == Register.R1).Meaning);
        Assert.Equal(42, runner.Totals[0]);
        CheckChain(reduce.ToImmutable());
    }

    [FactNeeding(Needs.Clang19)]
    public void Packets_functions_texts_and_records_are_told_in_their_types()
    {
        BpfObject source = BpfObject.Read(Clang.Compile(Packets));
        Program program = source.Programs.Single();
        using MapSet maps = new(program.Maps);
        List<string> texts = [];
        using RunOutput output = new(maps, texts.Add);
        using PacketMemory packet = new([.. new byte[13], 7, 1, 2]);
        Interpreter interpreter = new(program, maps);
        StepCollector steps = new(1000);
        interpreter.Trace(source.Types, steps.Add);

        Assert.Equal(2UL, packet.Run(interpreter));

        ImmutableArray<TraceStep> all = steps.ToImmutable();
        Assert.All(["xdp_md.data = packet", "xdp_md.data_end = packet+16", "packet+13 = 7"], access => Assert.Contains(access, Accesses(steps)));
        Assert.Equal([1, 2], all.Select(step => step.Depth).Distinct().Order());
        Assert.Contains(all, step => step.Writes is [{ Meaning: "function step" }]);
        Assert.Contains(all, step => step.Depth == 2 && step.Reads.Any(register => register.Meaning?.StartsWith("frame 1 fp-", StringComparison.Ordinal) == true));
        CheckChain(all);
        StepTexts lines = new();
        string[] printed = [.. all.Select(step => lines.Of(step)).Select(text => $"{text.Function}: {text.Source} {text.Instruction}")];
        Assert.Contains(printed, line => line.StartsWith("twice: ; program.c:", StringComparison.Ordinal));
        Assert.Contains(printed, line => line.Contains("; bpf_ringbuf_output", StringComparison.Ordinal));

        Assert.Equal(["sum 35 of 4"], texts);
        RecordFormat format = new(source.Types, program.Maps, new Dictionary<string, string>(StringComparer.Ordinal) { ["events"] = "note" });
        Assert.Equal(
            ["""notes {"length":35,"kind":7,"text":"hello"}""", """events {"length":35,"kind":7,"text":"hello","more":"00000000"}"""],
            output.Take().Select(record => $"{record.Map} {BtfValueText.ToJson(format.Read(record.Map, record.Bytes)).GetRawText()}"));
        RecordFormat unnamed = new(source.Types, program.Maps, new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal(new BtfValue.Text("0102"), unnamed.Read("notes", [1, 2]));
    }

    [Fact]
    public void A_run_without_a_listener_allocates_nothing()
    {
        Program program = Programs.OverMemory(8, [Instruction.Load(MemorySize.Word, Register.R0, Register.R1, 0), Instruction.Exit]);
        using MapSet maps = new(program.Maps);
        Interpreter interpreter = new(program, maps);
        byte[] memory = new byte[8];
        interpreter.Trace(Isa.Objects.Btf.BtfTypes.Empty, _ => { });
        interpreter.Run(memory);
        interpreter.Trace(Isa.Objects.Btf.BtfTypes.Empty, sink: null);
        interpreter.Run(memory);

        long before = GC.GetAllocatedBytesForCurrentThread();
        interpreter.Run(memory);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static IEnumerable<string> Accesses(StepCollector steps) => steps.ToImmutable()
        .Where(step => step.Access is not null)
        .Select(step => $"{step.Access!.Place} {(step.Access.IsStore ? ":=" : "=")} {step.Access.Value}");

    /// <summary>What an instruction reads is what the one before it that wrote the register left there.</summary>
    private static void CheckChain(ImmutableArray<TraceStep> steps)
    {
        Dictionary<Register, ulong> known = [];
        int depth = 1;
        foreach (TraceStep step in steps)
        {
            if (step.Depth != depth)
            {
                known.Clear();
                depth = step.Depth;
            }

            Assert.All(step.Reads, register => Assert.Equal(known.GetValueOrDefault(register.Register, register.Value), register.Value));
            foreach (TracedRegister register in step.Writes)
            {
                known[register.Register] = register.Value;
            }

            if (step.Program.Code[step.Slot].IsCall || step.Program.Code[step.Slot].IsExit)
            {
                // A helper's loop or a function may have used them all.
                known.Clear();
            }
        }
    }
}
