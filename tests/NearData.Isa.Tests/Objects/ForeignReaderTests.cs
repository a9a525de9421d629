using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary>The same objects, read by llvm-readelf, bpftool and us.</summary>
public sealed class ForeignReaderTests
{
    /// <summary>One of each kind of type.</summary>
    private const string EveryKind = """
        #include <neardata.h>
        struct forward_struct; union forward_union;
        enum color { RED, GREEN = 7 };
        enum signed_color { MINUS = -1, PLUS = 1 };
        enum wide { SMALL = 1, WIDE = 0x123456789abcdefull };
        enum signed_wide { LOW = -0x123456789abcdefll, HIGH = 2 };
        struct row { __s64 a; };
        struct everything {
            struct forward_struct *s; union forward_union *u;
            enum color c; enum signed_color d; enum wide w; enum signed_wide x;
            float f; double g; _Bool b; char letters[3][5];
            __u32 low : 3, middle : 20;
            union { int i; const volatile char *restrict p; };
            int (*call)(struct row *, ...);
            int __attribute__((btf_type_tag("mine"))) *tagged;
        } __attribute__((btf_decl_tag("whole")));
        struct everything everything;
        static volatile int hidden;
        SEC("filter") int keep(const struct row *r __attribute__((btf_decl_tag("argument")))) { hidden++; return everything.c + r->a > 0; }
        """;

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [InlineData("clang-14")]
    [InlineData("clang-19")]
    public void Every_kind_of_type_is_read_as_bpftool_reads_it(string compiler)
    {
        byte[] elf = Clang.Compile(EveryKind, compiler);
        using var file = new ScratchObject(elf);

        string ours = TypeText.Of(BtfTypes.Read(ElfFile.Read(elf).Find(".BTF")!.Memory));

        Assert.Equal(file.Types(), ours);
        string[] kinds = ["INT", "PTR", "ARRAY", "STRUCT", "UNION", "ENUM", "FWD", "TYPEDEF", "VOLATILE", "CONST", "RESTRICT", "FUNC", "FUNC_PROTO", "VAR", "DATASEC", "FLOAT", "DECL_TAG"];
        Assert.All(kinds, kind => Assert.Contains($"] {kind} ", ours));
        Assert.All(compiler == "clang-14" ? [] : new[] { "ENUM64", "TYPE_TAG" }, kind => Assert.Contains($"] {kind} ", ours));
    }

    [FactNeeding(Needs.KernelThroughBpftool)]
    public void The_kernel_s_own_types_are_read_as_bpftool_reads_them()
    {
        const string path = "/sys/kernel/btf/vmlinux";

        BtfTypes kernel = BtfTypes.Read(File.ReadAllBytes(path));

        Assert.True(kernel.Count > 10_000, $"{kernel.Count} types");
        Assert.Equal(Clang.Run(Ground.Command("bpftool")!, "btf", "dump", "file", path, "format", "raw"), TypeText.Of(kernel));
        Assert.Equal(16, kernel.SizeOf(Assert.Single(kernel.Named("list_head"), type => kernel[type] is BtfComposite)));
    }

    [FactNeeding(Needs.Clang19 | Needs.KernelThroughBpftool)]
    public void Split_types_are_read_as_bpftool_reads_them()
    {
        BtfTypes below = BtfTypes.Read(ElfFile.Read(Clang.Compile(EveryKind)).Find(".BTF")!.Memory.ToArray());
        int integer = below.Named("int").Single();
        byte[] section = BtfTypes.Write(
            [
                new BtfComposite("split", BtfCompositeKind.Struct, 12, [new BtfMember("a", integer, 0), new BtfMember("b", below.Count + 1, 32)]),
                new BtfModifier(BtfModifierKind.Typedef, "more", below.Named("everything").First()),
            ],
            below);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("neardata-split-");
        try
        {
            string lower = Path.Combine(folder.FullName, "base");
            string upper = Path.Combine(folder.FullName, "split");
            File.WriteAllBytes(lower, ElfFile.Read(Clang.Compile(EveryKind)).Find(".BTF")!.Memory.ToArray());
            File.WriteAllBytes(upper, section);

            string ours = TypeText.Of(BtfTypes.Read(section, below));

            Assert.EndsWith(Clang.Run(Ground.Command("bpftool")!, "-B", lower, "btf", "dump", "file", upper, "format", "raw"), ours);
            Assert.Contains($"[{below.Count}] STRUCT 'split'", ours);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [ClassData(typeof(ClangMatrix))]
    public void Types_sections_and_symbols_are_read_as_others_read_them(string compiler, string cpu)
    {
        byte[] elf = Clang.Compile(Sources.Everything, compiler, cpu);
        using var file = new ScratchObject(elf);

        ElfFile ours = ElfFile.Read(elf);

        Assert.Equal(file.Types(), TypeText.Of(BtfTypes.Read(ours.Find(".BTF")!.Memory)));
        (string Name, string Type, int Size)[] sections = [.. file.Sections()];
        Assert.Contains(".bss.results", sections.Select(section => section.Name));
        Assert.All(sections, section => Assert.Equal(section.Size, (int)ours.Find(section.Name)!.Header.Length));
        Assert.Equal(
            file.Symbols(),
            ours.Symbols.Where(symbol => symbol.Name.Length != 0).Select(symbol => ((int)symbol.Entry.Value, symbol.Name)));
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [ClassData(typeof(ClangMatrix))]
    public void Every_wide_load_refers_to_what_its_relocation_names(string compiler, string cpu)
    {
        byte[] elf = Clang.Compile(Sources.Everything, compiler, cpu);
        using var file = new ScratchObject(elf);
        BpfObject ours = BpfObject.Read(elf);
        Dictionary<string, string> sectionOf = new()
        {
            ["from"] = ".rodata", ["until"] = ".rodata", ["strict"] = ".rodata", [".rodata"] = ".rodata",
            ["result"] = ".bss.results", ["least"] = ".bss.results", ["common"] = ".bss.results",
            ["counter"] = ".bss", ["started"] = ".data", ["table"] = "table",
        };

        foreach (Program program in ours.Programs)
        {
            byte[] raw = ElfFile.Read(elf).Find(program.Section)!.Memory.ToArray();
            (int Offset, int Value, string Symbol)[] relocations = [.. file.Relocations(program.Section)];
            Assert.NotEmpty(relocations);
            foreach ((int offset, int value, string symbol) in relocations)
            {
                Instruction first = program.Code[offset / 8];
                MapDefinition map = program.Maps[first.Immediate];
                Assert.Equal(sectionOf[symbol], map.Name);
                Assert.Equal(symbol == "table" ? WideImmediateKind.Map : WideImmediateKind.MapValue, first.WideKind);
                Assert.Equal(value + BitConverter.ToInt32(raw, offset + 4), program.Code[(offset / 8) + 1].Immediate);
            }

            // And nothing else was changed.
            HashSet<int> linked = [.. relocations.SelectMany(relocation => new[] { relocation.Offset / 8, (relocation.Offset / 8) + 1 })];
            Assert.All(
                Enumerable.Range(0, program.Code.Length).Where(slot => !linked.Contains(slot)),
                slot => Assert.Equal(Instruction.Read(raw.AsSpan(slot * 8, 8)), program.Code[slot]));
        }
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [ClassData(typeof(ClangMatrix))]
    public void Each_source_line_is_a_line_of_the_source_where_the_compiler_says(string compiler, string cpu)
    {
        string[] source = Sources.Everything.Split('\n');

        BpfObject ours = BpfObject.Read(Clang.Compile(Sources.Everything, compiler, cpu));

        Assert.All(ours.Programs, program => Assert.NotEmpty(program.Lines));
        foreach (SourceLine line in ours.Programs.SelectMany(program => program.Lines).Where(line => line.Line != 0))
        {
            Assert.EndsWith("program.c", line.File, StringComparison.Ordinal);
            Assert.Equal(source[line.Line - 1], line.Text);
        }

        int store = ours.Reduce!.Code.ToList().FindLastIndex(it => it.Opcode.Class == InstructionClass.StoreX);
        Assert.NotNull(ours.Reduce.LineOf(store));
    }
}
