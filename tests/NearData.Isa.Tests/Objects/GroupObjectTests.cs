using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary>Group maps and the programs that decide on groups, as authors declare them.</summary>
public sealed class GroupObjectTests
{
    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [InlineData("clang-14")]
    [InlineData("clang-19")]
    public void Keys_and_members_are_read_from_their_types(string compiler)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(With(
            """
            struct key { __s32 day; char flag; char mode[10]; __u8 small; };
            struct group { __s64 total ND_SUM; __s32 last ND_MAX; bool any ND_OR; };
            ND_GROUPS(by_key, struct key, struct group, 1000);
            """,
            """
            SEC("emit") int send(const struct key *k, const struct group *g) { return g->total > k->day; }
            """), compiler));

        MapDefinition map = Assert.Single(read.Maps, map => map.Type == MapType.Groups);
        Assert.Equal(("by_key", 16, 16, 1000, false), (map.Name, map.KeySize, map.ValueSize, map.MaxEntries, map.IsFrozenGroups));
        Assert.Equal(
            [new("day", 0, 4, FieldType.Int32), new("flag", 4, 1, null), new("mode", 5, 10, null), new GroupKeyField("small", 15, 1, FieldType.UInt8)],
            map.Group!.Key.AsEnumerable());
        Assert.Equal(
            [
                new("total", 0, FieldType.Int64, MergeRule.Sum),
                new("last", 8, FieldType.Int32, MergeRule.Max),
                new ResultField("any", 12, FieldType.Bool, MergeRule.Or),
            ],
            map.Group.Values.AsEnumerable());
        Program emit = Assert.Single(read.Emits);
        Assert.Equal((ProgramKind.Emit, "send"), (emit.Kind, emit.Name));
        Assert.Equal(read.Maps.IndexOf(map), Assert.IsType<ProgramContext.Group>(emit.Context).Map);
    }

    [FactNeeding(Needs.Clang19)]
    public void A_key_may_be_one_value_and_groups_of_an_earlier_stage_are_read_only()
    {
        BpfObject read = BpfObject.Read(Clang.Compile(With(
            """
            struct group { __u64 rows ND_SUM; };
            ND_FROZEN_GROUPS(before, __s64, struct group);
            ND_GROUPS(text, char[4], struct group, 7);
            """)));

        MapDefinition before = read.Maps.Single(map => map.Name == "before");
        Assert.True(before.IsFrozenGroups);
        Assert.Equal([new GroupKeyField("key", 0, 8, FieldType.Int64)], before.Group!.Key.AsEnumerable());
        Assert.Equal([new GroupKeyField("key", 0, 4, null)], read.Maps.Single(map => map.Name == "text").Group!.Key.AsEnumerable());
    }

    [FactNeeding(Needs.Clang19)]
    public void Each_of_several_maps_may_have_a_program_that_names_it()
    {
        BpfObject read = BpfObject.Read(Clang.Compile(With(
            """
            struct group { __u64 rows ND_SUM; };
            ND_GROUPS(one, __s64, struct group, 7);
            ND_GROUPS(two, __s32, struct group, 7);
            """,
            """
            SEC("emit/two") int send(const __s32 *k, const struct group *g) { return g->rows > 1 && *k; }
            """)));

        Assert.Equal("two", read.Maps[Assert.IsType<ProgramContext.Group>(Assert.Single(read.Emits).Context).Map].Name);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("struct g { __s64 n ND_SUM; __s64 m; }; ND_GROUPS(a, __s64, struct g, 1);", "Map 'a', field 'm': it has no merge; write one of")]
    [InlineData("struct g { __s32 n ND_SUM; }; ND_GROUPS(a, __s64, struct g, 1);", "Map 'a', field 'n': a sum is 64 bits wide; '__s32' has 32.")]
    [InlineData("ND_GROUPS(a, __s64, __s64, 1);", "Map 'a', field 'value': type '__s64' is no struct; each member of one has its merge.")]
    [InlineData("struct k { __s32 a; __s64 b; }; struct g { __s64 n ND_SUM; }; ND_GROUPS(a, struct k, struct g, 1);", "Map 'a', field 'b': it isn't at byte 4, where the member before ends; a key has no bit fields and no padding.")]
    [InlineData("struct k { __s64 a; __s32 b; }; struct g { __s64 n ND_SUM; }; ND_GROUPS(a, struct k, struct g, 1);", "Map 'a', field 'key': bytes 12 to 15 are padding, which would tell equal keys apart; declare them as members.")]
    [InlineData("struct k { float a; }; struct g { __s64 n ND_SUM; }; ND_GROUPS(a, struct k, struct g, 1);", "Map 'a', field 'a': type 'float' is no part of a key; keys are made of __s8 to")]
    [InlineData("struct g { __s64 n ND_SUM; }; ND_GROUPS(a, char[513], struct g, 1);", "Map 'a': key_size is 513; Groups maps have 1 to 512.")]
    [InlineData("struct g { __s64 n ND_SUM; }; ND_GROUPS(a, __s64, struct g, 0);", "Map 'a': max_entries is 0.")]
    public void A_map_whose_groups_could_not_be_told_apart_or_merged_is_refused_by_name(string declaration, string message) =>
        Refuses(With(declaration), ".maps: " + message);

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("", "SEC(\"emit\") int f(const __s64 *k, const __s64 *v) { return *k > *v; }", "emit: Function 'f' decides which groups are sent, which needs one ND_GROUPS map, or a section emit/NAME for one of several,")]
    [InlineData("struct g { __s64 n ND_SUM; }; ND_GROUPS(a, __s64, struct g, 1);", "SEC(\"emit/b\") int f(const __s64 *k, const struct g *v) { return *k > v->n; }", "emit/b: Function 'f' decides which groups are sent, which needs an ND_GROUPS map named 'b',")]
    [InlineData("struct g { __s64 n ND_SUM; }; ND_GROUPS(a, __s64, struct g, 1);", "SEC(\"emit\") int f(const __s32 *k, const struct g *v) { return *k > v->n; }", "emit: Function 'f' takes (const __s32 *, const struct g *); a emit program takes pointers to the key and the value of map 'a', of 8 and 8 bytes.")]
    public void A_program_that_decides_on_no_map_s_groups_is_refused(string declaration, string program, string message) =>
        Refuses(With(declaration, program), message);

    private static string With(string declarations, string programs = "") => $$"""
        #include <neardata.h>
        #include <stdbool.h>
        struct row { __s64 x; };
        {{declarations}}
        SEC("reduce") int add(const struct row *r) { return r->x > 0; }
        {{programs}}
        """;

    private static void Refuses(string source, string message) => Assert.StartsWith(
        message, Assert.Throws<ObjectContractException>(() => BpfObject.Read(Clang.Compile(source))).Message, StringComparison.Ordinal);
}
