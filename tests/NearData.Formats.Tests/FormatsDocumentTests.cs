using System.Text.RegularExpressions;
using NearData.TestSupport;

namespace NearData.Formats.Tests;

/// <summary>docs/formats.md names tests; it must not name what isn't there.</summary>
public sealed partial class FormatsDocumentTests
{
    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        string page = File.ReadAllText(Path.Combine(Ground.Repository, "docs/formats.md"));
        string[] named = [.. TestName().Matches(page).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal)];
        string[] present =
        [
            .. new[] { "tests/NearData.Formats.Tests", "tests/NearData.Engine.Tests" }
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Ground.Repository, folder), "*Tests.cs"))
                .SelectMany(file => Method().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileNameWithoutExtension(file)}.{match.Groups["name"].Value}")),
        ];
        Assert.True(named.Length > 30, "The page names hardly any test.");
        Assert.Empty(named.Except(present, StringComparer.Ordinal));
    }

    [GeneratedRegex(@"`(?<name>\w+Tests\.\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TestName();

    [GeneratedRegex(@"public (async Task|void) (?<name>\w+)\(", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Method();
}
