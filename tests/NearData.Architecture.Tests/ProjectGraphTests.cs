using System.Xml.Linq;
using NearData.TestSupport;

namespace NearData.Architecture.Tests;

/// <summary>The project files hold the architecture; this is the picture they are held against (docs/architecture.md).</summary>
public sealed class ProjectGraphTests
{
    /// <summary>Every product project and all that it may reference.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["NearData.Isa"] = [],
        ["NearData.Vm"] = ["NearData.Isa"],
        ["NearData.Verifier"] = ["NearData.Isa"],
        ["NearData.Storage"] = [],
        ["NearData.Parquet"] = [],
        ["NearData.Formats"] = [],
        ["NearData.Engine"] = ["NearData.Isa", "NearData.Vm", "NearData.Verifier", "NearData.Parquet", "NearData.Formats", "NearData.Storage"],
        ["NearData.Contracts"] = [],
        ["NearData.Server"] = ["NearData.Engine", "NearData.Contracts"],
        ["NearData.Client"] = ["NearData.Contracts", "NearData.Isa"],
        ["NearData.Queries"] = ["NearData.Client", "NearData.Parquet"],
        ["NearData.Cli"] = ["NearData.Client", "NearData.Server", "NearData.Queries"],
    };

    /// <summary>Where code may leave the safe language, because it is what runs verified code or talks to devices.</summary>
    private static readonly string[] MayBeUnsafe = ["NearData.Vm", "NearData.Storage"];

    [Fact]
    public void Every_arrow_between_projects_is_one_of_the_architecture()
    {
        string[] wrong = [.. Projects()
            .SelectMany(project => References(project).Select(reference => (From: project.Name, To: reference)))
            .Where(arrow => !Allowed.TryGetValue(arrow.From, out string[]? allowed) || !allowed.Contains(arrow.To))
            .Select(arrow => $"{arrow.From} -> {arrow.To}")];

        Assert.True(wrong.Length == 0, $"Arrows that the architecture doesn't have: {string.Join(", ", wrong)}.");
    }

    [Fact]
    public void Every_project_of_the_picture_is_there_and_no_other()
    {
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Projects().Select(project => project.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Unsafe_code_lives_in_the_machine_and_in_storage_only()
    {
        string[] wrong = [.. Projects()
            .Where(project => project.Xml.Descendants("AllowUnsafeBlocks").Any(value => value.Value == "true"))
            .Select(project => project.Name)
            .Except(MayBeUnsafe)];

        Assert.True(wrong.Length == 0, $"Unsafe code is not for: {string.Join(", ", wrong)}.");
    }

    [Fact]
    public void Only_the_verifier_sees_inside_the_instruction_set()
    {
        Project isa = Projects().Single(project => project.Name == "NearData.Isa");

        Assert.Equal(["NearData.Verifier"], isa.Xml.Descendants("InternalsVisibleTo").Select(friend => friend.Attribute("Include")!.Value));
    }

    private static IEnumerable<Project> Projects() =>
        new[] { "vm", "verifier", "server", "client-sdk", "queries" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Ground.Repository, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => new Project(Path.GetFileNameWithoutExtension(path), XDocument.Load(path)));

    private static IEnumerable<string> References(Project project) =>
        project.Xml.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private sealed record Project(string Name, XDocument Xml);
}
