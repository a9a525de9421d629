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
    public void Its_map_compiles_and_is_read()
    {
        MapDefinition map = BpfObject.Read(Clang.Compile(Sources.With(Examples[1]))).Maps.Single();

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
