using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Guards;

namespace NearData.Vm.Tests;

/// <summary>
/// Guarded code when the verifier was wrong: a program is changed after it was proven, and goes on with the proof of what it was. Whatever it
/// then does ends its run and nothing else.
/// </summary>
public sealed class GuardTests
{
    private const string Head =
        """
        #include <neardata.h>
        struct row { __s64 k, x; struct nd_str name; };
        struct { __s64 total ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
        struct group { __s64 total ND_SUM; __u64 rows ND_SUM; };
        ND_GROUPS(by_key, __s64, struct group, 1000);

        """;

    [FactNeeding(Needs.Clang19)]
    public void A_store_beside_a_group_is_stopped()
    {
        const string Body = "__s64 k = r->k; struct group *g = nd_group(&by_key, &k); g->rows += 1; g->total += r->x; return 0;";
        Expect(GuardKind.Memory, Body, IsStoreToGroup, store => store with { Offset = (short)(store.Offset + 16) });
        Expect(GuardKind.Memory, Body, IsStoreToGroup, store => store with { Offset = -8 });

        static bool IsStoreToGroup(Instruction instruction, InstructionFacts facts) =>
            instruction.Opcode is { IsMemory: true, Class: InstructionClass.StoreX } && facts.Access.Target == AccessTarget.GroupValue;
    }

    [FactNeeding(Needs.Clang19)]
    public void An_index_that_outgrows_its_array_is_stopped_on_the_stack_and_in_constants()
    {
        const string Stack = "char on[64]; __builtin_memset(on, 1, 64); __u64 i = r->k & 63; on[i] = 3; nd_opaque(on); result.total += on[r->x & 63]; return 0;";
        Expect(GuardKind.Memory, Stack, IsMask, and => and with { Immediate = 0xfffff });
        const string Constants = "result.total += table[r->k & 7]; return 0;";
        Expect(GuardKind.Memory, Constants, IsMask, and => and with { Immediate = 0xfffff });

        static bool IsMask(Instruction instruction, InstructionFacts facts) =>
            instruction.Opcode is { IsArithmetic: true, UsesSourceRegister: false } && instruction.Immediate is 63 or 7;
    }

    [FactNeeding(Needs.Clang19)]
    public void Memory_that_a_helper_is_given_is_its_programs()
    {
        const string Key = "__s64 k = r->k; struct group *g = nd_group(&by_key, &k); g->rows += 1; return 0;";
        Expect(GuardKind.Memory, Key, (instruction, _) => instruction.Opcode.IsArithmetic && instruction is { Destination.Number: 2, Immediate: -8 }, add => add with { Immediate = 8192 });
        const string Text = "if (nd_str_starts(r->name, ND_TEXT(\"ab\"))) result.rows += 1; return 0;";
        Expect(GuardKind.Memory, Text, (instruction, _) => instruction.Opcode.IsArithmetic && instruction is { Destination.Number: 4, Immediate: 2 }, move => move with { Immediate = 1 << 20 });
    }

    [FactNeeding(Needs.Clang19)]
    public void A_number_in_a_maps_place_is_stopped()
    {
        const string Body = "__s64 k = r->k; struct group *g = nd_group(&by_key, &k); g->rows += 1; return 0;";
        Expect(
            GuardKind.Map,
            Body,
            (instruction, _) => instruction is { IsWide: true, WideKind: WideImmediateKind.Map },
            load => load with { Source = Register.R0, Immediate = 4096 });
    }

    [FactNeeding(Needs.Clang19)]
    public void A_loop_that_goes_on_past_its_proven_end_is_stopped()
    {
        const string Body = "__u64 n = 0; for (__u64 i = 0; i < 100; i++) { n += r->x * i; nd_opaque(&n); } result.rows += n & 0xff; return 0;";
        Expect(GuardKind.Turns, Body, (instruction, _) => instruction.Opcode.IsJump && instruction.Immediate is 100, jump => jump with { Immediate = int.MaxValue });
        const string Function = "__u64 n = 0; for (__u64 i = 0; i < 100; i++) n += twice(i + r->x); result.rows += n & 0xff; return 0;";
        Expect(GuardKind.Turns, Function, (instruction, _) => instruction.Opcode.IsJump && instruction.Immediate is 100, jump => jump with { Immediate = int.MaxValue });
    }

    [Fact]
    public void What_was_proven_to_be_where_nothing_is_ends_compilation()
    {
        QueryProgram query = SampleQuery.Verify(
            SampleQuery.Filter([Instruction.Load(MemorySize.DoubleWord, Register.R0, Register.R1, 0), Instruction.Exit]), null);
        ImmutableArray<InstructionFacts> instructions = query.Filter!.Facts.Instructions;
        ProgramFacts facts = query.Filter.Facts with
        {
            Instructions = instructions.SetItem(0, instructions[0] with { Access = instructions[0].Access with { Offset = 4 } }),
        };
        QueryProgram wrong = new(Prove(query.Filter.Program, facts), null, []);
        GuardTrippedException tripped = Assert.Throws<GuardTrippedException>(() => CompiledQuery.Compile(wrong, CodeTrust.Guards));
        Assert.Equal((GuardKind.Memory, 0), (tripped.Kind, tripped.Instruction));
    }

    private static void Expect(
        GuardKind kind, string body, Func<Instruction, InstructionFacts, bool> isMeant, Func<Instruction, Instruction> change)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(
            $$"""
            {{Head}}
            #define nd_opaque(p) asm volatile("" : : "r"(p) : "memory")
            __attribute__((unused)) static const __u16 table[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
            static __attribute__((noinline, unused)) __u64 twice(__u64 n) { return n * 2 + 1; }
            SEC("reduce") int add(const struct row *r) { {{body}} }
            """));
        VerifiedProgram proven = ProgramVerifier.Verify(read.Reduce!);
        using RecordBatch batch = Batch(proven.Program.Row);

        // The guards let pass what was proven.
        using (QueryRunner guarded = Run(new QueryProgram(null, proven, []), batch))
        using (InterpretedRunner interpreted = new(guarded.Query, SampleQuery.NoParameters(guarded.Query)))
        {
            interpreted.Filter(batch);
            interpreted.Reduce(batch);
            Assert.Equal(interpreted.Totals, guarded.Totals);
        }

        VerifiedProgram wrong = Changed(proven, isMeant, change);
        GuardTrippedException tripped = Assert.Throws<GuardTrippedException>(() => Run(new QueryProgram(null, wrong, []), batch).Dispose());
        Assert.Equal(kind, tripped.Kind);
        Assert.Equal("add", tripped.Program);
    }

    private static RecordBatch Batch(RowLayout row)
    {
        RecordBatch batch = new(row, Enumerable.Range(0, 3), 64) { Count = 64 };
        for (int record = 0; record < batch.Count; record++)
        {
            (batch.Values<long>(0)[record], batch.Values<long>(1)[record]) = ((record * 6_700_417L) + 100_000, record);
        }

        return batch;
    }

    private static QueryRunner Run(QueryProgram query, RecordBatch batch)
    {
        QueryRunner runner = RunnerKinds.Create(RunnerKind.Guarded, query);
        try
        {
            runner.Filter(batch);
            runner.Reduce(batch);
            return runner;
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    private static VerifiedProgram Changed(VerifiedProgram proven, Func<Instruction, InstructionFacts, bool> isMeant, Func<Instruction, Instruction> change)
    {
        ImmutableArray<Instruction> code = proven.Program.Code;
        int[] meant = [.. Enumerable.Range(0, code.Length).Where(slot => proven.Facts.Instructions[slot].IsReachable && isMeant(code[slot], proven.Facts.Instructions[slot]))];
        Assert.NotEmpty(meant);
        return Prove(proven.Program with { Code = code.SetItem(meant[0], change(code[meant[0]])) }, proven.Facts);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern VerifiedProgram Prove(Program program, ProgramFacts facts);
}
