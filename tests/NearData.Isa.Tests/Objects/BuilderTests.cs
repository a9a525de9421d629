using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

public sealed class BuilderTests
{
    [Fact]
    public void What_is_built_is_read_back_as_the_same_model()
    {
        BpfObject read = BpfObject.Read(Samples.Builder().Build());

        Assert.Equal((Samples.Row.Name, Samples.Row.Size), (read.Filter!.Row.Name, read.Filter.Row.Size));
        Assert.Equal(Samples.Row.Fields.AsEnumerable(), read.Filter.Row.Fields);
        Assert.Same(read.Filter.Row, read.Reduce!.Row);
        Assert.Equal(Samples.Parameters.AsEnumerable(), read.Parameters);
        Assert.Equal(Samples.Results.AsEnumerable(), read.Results);
        Assert.Equal(("keep", "filter"), (read.Filter.Name, read.Filter.Section));
        Assert.Equal(("add", "reduce"), (read.Reduce.Name, read.Reduce.Section));
        Assert.Equal(Samples.Filter.AsEnumerable(), read.Filter.Code);
        Assert.Equal(Samples.Reduce.AsEnumerable(), read.Reduce.Code);
        Assert.Equal([(".rodata", MapRole.ReadOnlyData), (".bss.results", MapRole.Results)], read.Maps.Select(map => (map.Name, map.Role)));
    }

    [Fact]
    public void Results_alone_are_read_back_as_the_first_map()
    {
        byte[] elf = new ObjectBuilder(Samples.Row, [], Samples.Results)
            .Add("add", ProgramKind.Reduce, [.. Samples.Reduce[..2], .. Samples.Reduce[4..]])
            .Build();

        BpfObject read = BpfObject.Read(elf);

        Assert.Null(read.Filter);
        Assert.Equal(".bss.results", Assert.Single(read.Maps).Name);
        Assert.Equal(0, read.Reduce!.Code[0].Immediate);
        Assert.Equal(Samples.Results[2].Offset, read.Reduce.Code[1].Immediate);
    }

    [Fact]
    public void A_row_without_fields_is_read_back() =>
        Assert.Empty(BpfObject.Read(new ObjectBuilder(new RowLayout("nothing", 0, []), [], [])
            .Add("all", ProgramKind.Filter, Samples.Reduce[4..]).Build()).Filter!.Row.Fields);

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        byte[] first = Samples.Builder().Build();

        Assert.Equal(first, Samples.Builder().Build());
        Assert.Equal(
            first,
            new ObjectBuilder(Samples.Row, Samples.Parameters, Samples.Results)
                .Add("add", ProgramKind.Reduce, Samples.Reduce)
                .Add("keep", ProgramKind.Filter, Samples.Filter)
                .Build());
    }

    [FactNeeding(Needs.Clang19)]
    public void Other_readers_accept_what_is_built_and_see_the_same_structs()
    {
        byte[] elf = Samples.Builder().Build();
        using var file = new ScratchObject(elf);

        Assert.Equal(TypeText.Of(BtfTypes.Read(ElfFile.Read(elf).Find(".BTF")!.Memory)), file.Types());
        string c = file.Types("c");
        Assert.Contains(
            """
            struct sale {
            	bool flag;
            	__s8 small;
            	__u8 tiny;
            	__s64 price;
            	__u16 count;
            	struct {
            		__s32 value;
            		__u8 valid;
            	} discount;
            	struct {
            		__u8 value;
            		__u8 valid;
            	} state;
            	__s16 day;
            	struct {
            		__u64 value;
            		__u8 valid;
            	} weight;
            	__u32 code;
            };
            """,
            c);
        Assert.Equal(
            ["filter", "reduce", ".rodata", ".bss.results", ".BTF", ".relfilter", ".relreduce", ".symtab", ".strtab"],
            file.Sections().Select(section => section.Name));
        Assert.Equal([(0, 0, ".rodata")], file.Relocations("filter"));
        Assert.Equal([(0, 0, ".bss.results"), (16, 0, ".rodata")], file.Relocations("reduce"));
        string code = file.Disassembly();
        Assert.Contains("<keep>:", code);
        Assert.Contains("r2 = 0x8 ll", code);
        Assert.Contains("r3 = -0x12a05f200 ll", code);
    }

    [FactNeeding(Needs.Clang19)]
    public void Rows_are_laid_out_as_clang_lays_out_the_same_struct()
    {
        RowLayout clang = BpfObject.Read(Clang.Compile("""
            #include <neardata.h>
            struct sale {
                _Bool flag; __s8 small; __u8 tiny; __s64 price; __u16 count; ND_NULLABLE(__s32) discount; ND_NULLABLE(__u8) state;
                __s16 day; ND_NULLABLE(__u64) weight; __u32 code;
            };
            SEC("filter") int keep(const struct sale *r) { return r->flag; }
            """)).Filter!.Row;

        Assert.Equal(clang.Fields.AsEnumerable(), Samples.Row.Fields);
        Assert.Equal((clang.Name, clang.Size), (Samples.Row.Name, Samples.Row.Size));
    }

    [Fact]
    public void Code_that_refers_to_data_that_is_not_there_is_refused_at_once()
    {
        var builder = new ObjectBuilder(Samples.Row, [], Samples.Results);

        var error = Assert.Throws<ArgumentException>(() => builder.Add("keep", ProgramKind.Filter, Samples.Filter));

        Assert.StartsWith("Instruction 0 of 'keep' loads the address of byte 8 of map 0 (MapValue), which isn't there.", error.Message);
    }

    [Fact]
    public void A_second_program_of_a_kind_is_refused_at_once() =>
        Assert.StartsWith(
            "There is a Filter program already: keep.",
            Assert.Throws<ArgumentException>(() => Samples.Builder().Add("again", ProgramKind.Filter, Samples.Filter)).Message);

    [Fact]
    public void Groups_and_those_of_earlier_stages_are_read_back_as_they_were_added()
    {
        GroupLayout made = Layout("day", FieldType.Int64), one = Layout("order", FieldType.Int64), two = Layout("part", FieldType.UInt64);
        BpfObject read = BpfObject.Read(new ObjectBuilder(new RowLayoutBuilder("row").Add("x", FieldType.Int64).Build(), [], [])
            .AddFrozenGroups("orders", one)
            .AddGroups("days", made, maxGroups: 1000)
            .AddFrozenGroups("parts", two)
            .Add("add", ProgramKind.Reduce,
            [
                .. Load(Register.R1, ObjectBuilder.FirstFrozenMap + 1), .. Load(Register.R2, ObjectBuilder.GroupsMap), .. Load(Register.R3, ObjectBuilder.FirstFrozenMap),
                Instruction.Alu64(AluOperation.Move, Register.R0, 0), Instruction.Exit,
            ])
            .Build());

        Program reduce = read.Reduce!;
        MapDefinition[] maps = [.. new[] { 0, 2, 4 }.Select(at => reduce.Maps[reduce.Code[at].Immediate])];
        Assert.Equal([("parts", true, 1), ("days", false, 1000), ("orders", true, 1)], maps.Select(map => (map.Name, map.IsFrozenGroups, map.MaxEntries)));
        Assert.True(maps[0].Group!.IsLike(two) && maps[1].Group!.IsLike(made) && maps[2].Group!.IsLike(one));

        static GroupLayout Layout(string key, FieldType type) =>
            new([new GroupKeyField(key, 0, sizeof(long), type)], [new ResultField("rows", 0, FieldType.UInt64, MergeRule.Sum)]);

        static Instruction[] Load(Register register, int map) => Instruction.LoadMap(register, map) is var (first, second) ? [first, second] : [];
    }

    [Fact]
    public void Parameters_that_share_bytes_are_refused()
    {
        ObjectBuilder builder = new(
            new RowLayoutBuilder("row").Add("x", FieldType.Int64).Build(),
            [new ParameterField("whole", 0, FieldType.Int64), new ParameterField("half", 4, FieldType.Int32)],
            []);
        byte[] elf = builder.Add("keep", ProgramKind.Filter, [Instruction.Alu64(AluOperation.Move, Register.R0, 1), Instruction.Exit]).Build();

        ObjectContractException error = Assert.Throws<ObjectContractException>(() => BpfObject.Read(elf));
        Assert.Equal("half", error.Subject);
    }
}
