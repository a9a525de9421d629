using NearData.Isa.Objects;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

public sealed class ReadingTests
{
    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [ClassData(typeof(ClangMatrix))]
    public void Every_part_of_the_contract_is_read(string compiler, string cpu)
    {
        BpfObject found = BpfObject.Read(Clang.Compile(Sources.Everything, compiler, cpu));

        Assert.Equal(["keep", "add"], found.Programs.Select(program => program.Name));
        Assert.Equal([".rodata", ".bss.results", ".data", ".bss", "table"], found.Maps.Select(map => map.Name));
        RowLayout row = found.Filter!.Row;
        Assert.Same(row, found.Reduce!.Row);
        Assert.Equal(("lineitem", 56), (row.Name, row.Size));
        Assert.Equal(
            """
            l_quantity: __s64 at 0
            l_extendedprice: __s64 at 8
            l_discount: __s64 at 16
            l_shipdate: __s32 at 24
            l_flags: __u16 at 28
            l_returned: bool at 30
            l_tax: __s64 at 32, valid at 40
            l_status: __u8 at 48, valid at 49
            """,
            string.Join('\n', row.Fields.Select(Describe)));
        Assert.Equal(
            """
            until: __s32 at 0
            from: __s32 at 4
            strict: bool at 8
            """,
            string.Join('\n', found.Parameters.Select(field => $"{field.Name}: {field.Type.CName()} at {field.Offset}")));
        Assert.Equal(7, found.Maps[0].InitialValue[0]);
        Assert.Equal(
            """
            revenue: __s64 at 0, Sum
            rows: __u64 at 8, Sum
            last: __s32 at 16, Max
            seen: __u8 at 20, Or
            least: __s64 at 24, Min
            common: __u16 at 32, And
            """,
            string.Join('\n', found.Results.Select(field => $"{field.Name}: {field.Type.CName()} at {field.Offset}, {field.Merge}")));
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [InlineData("clang-14")]
    [InlineData("clang-19")]
    public void Constants_in_sections_of_their_own_are_joined_to_the_read_only_data(string compiler)
    {
        byte[] elf = Clang.Compile(Sources.With("const volatile __s32 least;", "return r->a > least + \"neardata\"[r->b & 7];"), compiler);
        Assert.NotNull(ElfFile.Read(elf).Find(".rodata.str1.1"));

        BpfObject found = BpfObject.Read(elf);

        MapDefinition constants = Assert.Single(found.Maps);
        Assert.Equal(".rodata", constants.Name);
        Assert.Equal("\0\0\0\0neardata\0"u8, constants.InitialValue.AsSpan());
        Assert.Equal(
            [0, 4],
            Enumerable.Range(0, found.Filter!.Code.Length)
                .Where(slot => found.Filter.Code[slot].IsWide)
                .Select(slot => found.Filter.Code[slot + 1].Immediate)
                .Order());
    }

    private static string Describe(RowField field) =>
        $"{field.Name}: {field.Type.CName()} at {field.Offset}{(field.IsNullable ? $", valid at {field.ValidityOffset}" : "")}";
}
