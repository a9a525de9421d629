using System.Collections.Immutable;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary>
/// Broken packet objects: each ends in a typed error or in programs, and takes memory that its size bounds. With
/// <c>NEARDATA_LONG=1</c> many more of them.
/// </summary>
public sealed class MutationTests
{
    /// <summary>Far above what the largest of the objects takes when it is whole (about a hundredth).</summary>
    private const long MaxBytes = 96 << 20;

    private const string Fitted = PacketSources.Headers + """
        #include <bpf/bpf_core_read.h>
        #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
        struct inner { int a; int b[4]; };
        struct it { int x; union { struct inner inner; long l; }; struct it *next; unsigned low : 3, high : 9; };
        #pragma clang attribute pop
        enum color { RED, GREEN = 7 };
        struct def { unsigned type, key, value, entries, flags; };
        struct def SEC("maps") old = { 1, 4, 8, 16, 0 }, older = { 2, 4, 8, 16, 0 };
        extern int CONFIG_ANY __kconfig __weak;
        SEC("xdp") int run(struct xdp_md *ctx)
        {
            struct it *it = (void *)(long)ctx->data;
            __u32 key = it->inner.b[2];
            return bpf_map_lookup_elem(&old, &key) && bpf_map_lookup_elem(&older, &key) ? it->x + BPF_CORE_READ_BITFIELD(it, high) + CONFIG_ANY
                : it->next->inner.a + bpf_core_field_exists(it->l) + bpf_core_type_size(struct it) + bpf_core_enum_value(enum color, GREEN);
        }
        """;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("NEARDATA_LONG") == "1";

    private static readonly Lazy<byte[][]> Objects = new(() =>
    [
        Clang.Compile(PacketSources.Everything, "clang-19", "v3", "-gno-column-info"),
        Clang.Compile(PacketSources.Everything, "clang-14", "v1"),
        Clang.Compile(Fitted),
    ]);

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [InlineData(1)]
    [InlineData(2)]
    public void Whatever_is_broken_ends_in_a_typed_error_or_in_programs(int seed)
    {
        seed = IsLong ? Environment.TickCount + seed : seed;
        var random = new Random(seed);
        ObjectMutator[] mutators = [.. Objects.Value.Select(elf => new ObjectMutator(elf, random))];
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < (IsLong ? 200_000 : 2_500); round++)
        {
            if (Reads(mutators[round % mutators.Length].Mutate(), $"seed {seed}, round {round}"))
            {
                accepted++;
            }
            else
            {
                refused++;
            }
        }

        Assert.True(accepted > 100 && refused > 100, $"accepted {accepted}, refused {refused}: the changes test nothing (seed {seed})");
    }

    [FactNeeding(Needs.Clang19 | Needs.Clang14)]
    public void Any_section_may_end_anywhere()
    {
        foreach (byte[] elf in Objects.Value)
        {
            var mutator = new ObjectMutator(elf, new Random(1));
            foreach (ElfSection section in ElfFile.Read(elf).Sections.Where(section => !section.Name.Contains(".debug", StringComparison.Ordinal)))
            {
                int step = IsLong ? 1 : Math.Max(1, section.Memory.Length / 40);
                for (int length = 0; length < section.Memory.Length; length += step)
                {
                    Reads(mutator.Resize(section.Index, length), $"{section.Name} of {length} bytes");
                }

                Assert.False(Reads(mutator.Resize(section.Index, long.MaxValue), $"{section.Name} without an end") && section.Header.Type is not (SectionType.Zeros or SectionType.None));
            }
        }
    }

    [FactNeeding(Needs.Clang19)]
    public void Functions_that_call_each_other_in_a_long_row_are_linked_without_a_deep_stack()
    {
        const int count = 20_000;
        string chain = string.Concat(Enumerable.Range(1, count).Select(i => $"f{i}:\ncall f{i + 1}\nexit\n"));

        Program program = BpfObject.Read(Assemble($".section xdp,\"ax\"\n.globl run\nrun:\ncall f1\nexit\n{chain}f{count + 1}:\nr0 = 0\nexit\n", count + 1)).Programs.Single();

        Assert.Equal(count + 2, program.Functions.Length);
        Assert.Equal((count + 2) * 2, program.Code.Length);
    }

    [FactNeeding(Needs.Clang19)]
    public void Programs_that_multiply_what_they_call_are_refused_by_number()
    {
        const int count = 9_000;
        string programs = string.Concat(Enumerable.Range(1, count).Select(i => $".globl f{i}\nf{i}:\ncall library\nexit\n"));
        string library = string.Concat(Enumerable.Repeat("r0 = 0\n", 1000));
        byte[] elf = Assemble($".section xdp,\"ax\"\n{programs}library:\n{library}exit\n.type library,@function\n.size library,8008\n", count, isLast: true);

        Assert.EndsWith(
            "The object's programs have more than 4000000 instructions together, each with the functions that it calls.",
            Assert.Throws<ObjectContractException>(() => BpfObject.Read(elf)).Message);
    }

    [FactNeeding(Needs.Clang19)]
    public void Many_sections_of_programs_and_maps_are_read_in_linear_time()
    {
        const int count = 12_000;
        string programs = string.Concat(Enumerable.Range(1, count).Select(i => $".section p{i},\"ax\"\nf{i}:\nr0 = 0\nexit\n"));
        string maps = string.Concat(Enumerable.Range(1, count).Select(i => $".section maps/m{i},\"aw\"\nm{i}:\n.long 1, 4, 8, 16, 0\n"));

        BpfObject found = BpfObject.Read(Assemble(programs + maps, count, isLast: true));

        Assert.Equal((count, count), (found.Untyped.Length, found.Maps.Length));
    }

    [Fact]
    public void A_million_instructions_are_read_and_one_more_is_not()
    {
        ImmutableArray<Instruction> most = [.. Enumerable.Repeat(Instruction.Alu64(AluOperation.Move, Register.R0, 1), 999_999), Instruction.Exit];

        Assert.Equal(1_000_000, BpfObject.Read(Query(most)).Filter!.Code.Length);
        Assert.Equal(
            "filter: Program 'keep' has more than 1000000 instructions with the functions that it calls.",
            Assert.Throws<ObjectContractException>(() => BpfObject.Read(Query(most.Insert(0, most[0])))).Message);

        static byte[] Query(ImmutableArray<Instruction> code) => new ObjectBuilder(Samples.Row, [], []).Add("keep", ProgramKind.Filter, code).Build();
    }

    /// <summary>Assembles functions <c>f1</c>, <c>f2</c>, ... of two instructions each, and tells their sizes.</summary>
    private static byte[] Assemble(string source, int count, bool isLast = false)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("neardata-assembly-");
        try
        {
            string input = Path.Combine(folder.FullName, "program.s");
            string output = Path.Combine(folder.FullName, "program.o");
            string sizes = string.Concat(Enumerable.Range(1, count).Select(i => $".type f{i},@function\n.size f{i},16\n"));
            File.WriteAllText(input, source + sizes + (isLast ? "" : ".type run,@function\n.size run,16\n"));
            Clang.Run("clang-19", "-target", "bpf", "-c", input, "-o", output);
            return File.ReadAllBytes(output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Reads and uses an object; false where it was refused.</summary>
    private static bool Reads(byte[] elf, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? error = Record.Exception(() => Use(BpfObject.Read(elf, Target.Value)));
        Assert.True(error is null or ObjectFormatException or InvalidInstructionException, $"{what}: {error}");
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < MaxBytes, $"{what}: {taken} bytes");
        return error is null;
    }

    private static readonly Lazy<BtfTypes> Target = new(() => BtfTypes.Read(ElfFile.Read(Clang.Compile(
        "struct inner { int b[6]; int a; }; struct it { struct it *next; int x; struct inner inner; unsigned high : 9; } it; enum color { GREEN = 8 } c;")).Find(".BTF")!.Memory.ToArray()));

    /// <summary>What is read can be shown: its tag, its text, the values of its data.</summary>
    private static void Use(BpfObject found)
    {
        foreach (Program program in found.Programs)
        {
            Assert.Equal(16, ProgramTag.Compute(program, TagHash.Sha256).Length);
            Assert.NotEmpty(Disassembler.Lines(program));
        }

        var reader = new BtfValueReader(found.Types);
        foreach (MapDefinition map in found.Maps.Where(map => map.ValueTypeId != 0 && map.ValueSize < 4096))
        {
            reader.Read(map.ValueTypeId, new byte[map.ValueSize]);
        }
    }
}
