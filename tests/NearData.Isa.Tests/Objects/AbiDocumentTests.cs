using System.Text.RegularExpressions;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary>docs/abi.md says what is true: its program and its map compile and are read, and its tables are the code's.</summary>
public sealed partial class AbiDocumentTests
{
    private static string Document { get; } = File.ReadAllText(Path.Combine(Ground.Repository, "docs/abi.md"));

    private static string[] Examples { get; } = [.. Example().Matches(Document).Select(match => match.Groups["source"].Value)];

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [ClassData(typeof(ClangMatrix))]
    public void Its_program_compiles_and_is_read(string compiler, string cpu)
    {
        BpfObject query = BpfObject.Read(Clang.Compile(Examples[0], compiler, cpu));

        Assert.Equal(["l_quantity", "l_extendedprice", "l_discount", "l_shipdate"], query.Filter!.Row.Fields.Select(field => field.Name));
        Assert.Equal(["from", "until"], query.Parameters.Select(parameter => parameter.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["revenue", "rows"], query.Results.Select(result => result.Name));
        Assert.NotNull(query.Reduce);
    }

    [FactNeeding(Needs.Clang19)]
    public void Its_groups_compile_and_are_read()
    {
        const string Rows = "#include <neardata.h>\nstruct lineitem { __s64 l_suppkey, l_extendedprice, l_discount; __s32 l_shipdate; };\n";
        const string Suppliers = "#include <neardata.h>\nstruct totals { __u64 rows ND_SUM; };\nstruct supplier { __s64 s_suppkey; };\n";

        BpfObject makes = BpfObject.Read(Clang.Compile(Rows + Examples[1]));
        BpfObject looksUp = BpfObject.Read(Clang.Compile(Suppliers + Examples[2]));

        Assert.Equal(("by_supplier", MapType.Groups), (makes.Maps.Single().Name, makes.Maps.Single().Type));
        Assert.Equal("by_supplier", looksUp.Maps.Single().Name);
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [ClassData(typeof(ClangMatrix))]
    public void Its_program_over_buffers_compiles_and_is_read(string compiler, string cpu)
    {
        BpfObject scans = BpfObject.Read(Clang.Compile("#include <neardata.h>\n" + Examples[3], compiler, cpu));

        Assert.Equal((ProgramKind.Buffer, 8192), (scans.Programs.Single().Kind, scans.BufferBytes));
        Assert.Equal(["total", "least"], scans.Results.Select(result => result.Name));
    }

    [FactNeeding(Needs.Clang19)]
    public void Its_map_compiles_and_is_read()
    {
        MapDefinition map = BpfObject.Read(Clang.Compile(Sources.With(Examples[^1]))).Maps.Single();

        Assert.Equal(("table", MapType.Hash, 4, 8, 16), (map.Name, map.Type, map.KeySize, map.ValueSize, map.MaxEntries));
    }

    [Fact]
    public void It_names_every_merge_with_its_tag() =>
        Assert.All(Enum.GetValues<MergeRule>(), merge => Assert.Contains(
            $"| `ND_{merge.ToString().ToUpperInvariant()}` | `nd:{merge.ToString().ToLowerInvariant()}` |", Document));

    [Fact]
    public void It_names_every_type_of_a_field() =>
        Assert.All(Enum.GetValues<FieldType>(), type => Assert.Contains($"`{type.CName()}`", Document));

    [GeneratedRegex("^```c\n(?<source>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Example();
}
