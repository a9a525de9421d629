using System.Text;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Verifier.Rejections;

namespace NearData.Vm.Tests;

/// <summary>docs/conformance.md: which vectors of the public suite run in which engine.</summary>
public sealed class ConformanceDocumentTests
{
    private const string Introduction =
        """
        # Conformance

        Made by `ConformanceDocumentTests` (tests/NearData.Vm.Tests), which fails where this page is out of date; with
        `NEARDATA_REGENERATE_DOCS=1` it writes the page anew.

        The vectors of the public conformance suite, read from `../shared/isa`. The interpreter returns what the suite expects for all of
        them, and compiled code for all that the verifier accepts (`ConformanceTests`). It refuses what the table lists: shifts by a constant
        that is no less than the register's width, as the kernel's verifier does, and a call by register, which RFC 9669 doesn't define.


        """;

    [FactNeeding(Needs.SharedData)]
    public void The_page_on_conformance_is_up_to_date()
    {
        StringBuilder rows = new();
        int refused = 0;
        foreach (ConformanceVector vector in ConformanceVector.All.Values.OrderBy(vector => vector.Name, StringComparer.Ordinal))
        {
            if (!ProgramVerifier.TryVerify(vector.Program, out _, out Rejection? rejection))
            {
                refused++;
                rows.Append($"| {vector.Name} | `{rejection.Code}` | {rejection.Instruction} | {rejection.Reason.Replace("|", "\\|")} |\n");
            }
        }

        int total = ConformanceVector.All.Count;
        StringBuilder page = new(Introduction.ReplaceLineEndings("\n"));
        page.Append($"Vectors: {total}; interpreted: {total}; compiled: {total - refused}; refused: {refused}.\n\n");
        page.Append("| vector | code | instruction | reason |\n| --- | --- | --- | --- |\n").Append(rows);
        GeneratedDocument.Check("docs/conformance.md", page.ToString());
    }
}
