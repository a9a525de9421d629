using System.Text.RegularExpressions;
using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>The support table names tests; it must not name what isn't there.</summary>
public sealed partial class SupportTableTests
{
    [Fact]
    public void Every_test_that_the_support_table_names_exists()
    {
        string table = File.ReadAllText(Path.Combine(Ground.Repository, "docs/parquet-support.md"));
        string[] named = [.. TestName().Matches(table).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal)];
        string[] present = [.. typeof(SupportTableTests).Assembly.GetTypes().SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}"))];
        Assert.True(named.Length > 20, "The table names hardly any test.");
        Assert.Empty(named.Except(present, StringComparer.Ordinal));
    }

    [GeneratedRegex(@"`(?<name>\w+Tests\.\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TestName();
}
