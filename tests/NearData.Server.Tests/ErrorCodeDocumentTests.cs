using NearData.Contracts;
using NearData.TestSupport;

namespace NearData.Server.Tests;

public sealed class ErrorCodeDocumentTests
{
    [Fact]
    public void Every_error_code_is_in_the_operations_document_with_its_status()
    {
        string[] documented = [.. File.ReadLines(Path.Combine(Ground.Repository, "docs/operations.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 3 && cells[1].StartsWith('`') && cells[2].All(letter => char.IsAsciiLetterUpper(letter) || letter == '_'))
            .Select(cells => $"{cells[1].Trim('`')} {cells[2].Replace("_", "", StringComparison.Ordinal)}")];

        Assert.Equal(
            ErrorCode.All.Select(code => $"{code.Name} {code.Status.ToString().ToUpperInvariant()}").Order(StringComparer.Ordinal),
            documented.Order(StringComparer.Ordinal));
    }
}
