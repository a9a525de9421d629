using System.Text;
using NearData.Isa.Helpers;
using NearData.TestSupport;

namespace NearData.Vm.Tests;

/// <summary>docs/helpers.md: the table of helpers as authors read it.</summary>
public sealed class HelperDocumentTests
{
    private const string Introduction =
        """
        # Helpers

        Made by `HelperDocumentTests` (tests/NearData.Vm.Tests), which fails where this page is out of date; with
        `NEARDATA_REGENERATE_DOCS=1` it writes the page anew.

        Functions that programs may call, under the kernel's numbers and with its meaning; those from 10,000 on are NearData's own ([abi](abi.md)).
        Row programs (`filter`, `reduce`, `emit`, `buffer`) may call pure ones: the same arguments over the same maps give the same answer, and nothing
        changes. Reduce and buffer programs may call reducing ones too, which update results or groups as their tags say. The cost counts in
        instructions towards a program's proven worst case. What is not here is refused by number when a program is verified.


        """;

    [Fact]
    public void The_page_on_helpers_is_up_to_date()
    {
        StringBuilder page = new(Introduction.ReplaceLineEndings("\n"));
        page.Append("| number | name | arguments | returns | purity | programs | maps | cost |\n");
        page.Append("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (HelperSignature helper in HelperTable.All)
        {
            page.Append(
                $"| {helper.Number} | `{helper.Name}` | {Words(helper.Arguments)} | {Word(helper.Returns)} | {Word(helper.Purity)} "
                + $"| {Words(helper.Kinds, "all")} | {Words(helper.MapTypes)} | {helper.Cost} |\n");
        }

        GeneratedDocument.Check("docs/helpers.md", page.ToString());
    }

    private static string Words<T>(IReadOnlyCollection<T> values, string none = "")
        where T : struct, Enum => values.Count == 0 ? none : string.Join(", ", values.Select(Word));

    /// <summary>A name of several words as those words.</summary>
    private static string Word<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
