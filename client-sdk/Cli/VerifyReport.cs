using System.Text.Json.Serialization;
using NearData.Isa.Programs;
using NearData.Verifier.Explanations;
using NearData.Verifier.Rejections;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>What the verifier says of one program.</summary>
/// <param name="File">The object, or the source that it was made of.</param>
/// <param name="Sha256">Of the object.</param>
/// <param name="Section">The section that it was found in.</param>
/// <param name="Kind">What it was proven as; null where nothing says what it is called with.</param>
/// <param name="Identity">Its name and tags.</param>
/// <param name="Accepted">The verdict.</param>
/// <param name="WorstCaseInstructions">Of accepted programs.</param>
/// <param name="Milliseconds">What the verdict took, without its explanation.</param>
/// <param name="Findings">What can't be proven, the first alone unless all were asked for.</param>
internal sealed record VerifyReport(
    string File,
    string Sha256,
    string Section,
    string? Kind,
    [property: JsonIgnore] ProgramIdentity Identity,
    bool Accepted,
    long? WorstCaseInstructions,
    double Milliseconds,
    VerifyReport.Finding[] Findings)
{
    public string Program => Identity.Name;

    public string Tag => Identity.Tag;

    public string LegacyTag => Identity.LegacyTag;

    /// <summary>The first finding's code.</summary>
    public string? Code => Findings.FirstOrDefault()?.Code;

    /// <summary>The first finding's instruction.</summary>
    public int? Instruction => Findings.FirstOrDefault()?.Instruction;

    /// <summary>The first finding's place and reason, in one line.</summary>
    public string? Message => Findings.FirstOrDefault()?.Message;

    public static void Print(IAnsiConsole console, List<VerifyReport> reports)
    {
        Table table = Output.Table("file", "program", "section", "tag", "before Linux 6.18", "verdict", "worst case", "time");
        foreach (VerifyReport report in reports)
        {
            table.AddRow(
                Markup.Escape(report.File),
                Markup.Escape(report.Program),
                Markup.Escape(report.Section),
                report.Tag,
                report.LegacyTag,
                report.Accepted ? "[green]accepted[/]" : "[red]rejected[/]",
                report.WorstCaseInstructions is { } cost ? $"{cost} instructions" : "",
                $"{report.Milliseconds} ms");
        }

        console.Write(table);
        foreach ((string file, string sha256) in reports.Select(report => (report.File, report.Sha256)).Distinct())
        {
            console.WriteLine($"{file}: object {sha256}");
        }

        foreach (Finding finding in reports.SelectMany(report => report.Findings))
        {
            foreach (string line in finding.Text)
            {
                console.WriteLine(line);
            }

            console.WriteLine();
        }
    }

    /// <summary>Something that can't be proven.</summary>
    /// <param name="Code">The stable code.</param>
    /// <param name="Instruction">The slot; null where the whole program is meant.</param>
    /// <param name="Line">The author's line; null where the object has none.</param>
    /// <param name="Message">Place and reason.</param>
    /// <param name="Subject">What is known of the registers and stack bytes that it is about.</param>
    /// <param name="Hint">What the author can do.</param>
    /// <param name="Slice">The instructions that lead there.</param>
    internal sealed record Finding(
        string Code, int? Instruction, SourceLine? Line, string Message, KnownValue[] Subject, string? Hint, SliceStep[] Slice)
    {
        [JsonIgnore]
        public string[] Text { get; init; } = [];

        public static Finding Of(Explanation explanation)
        {
            Rejection rejection = explanation.Rejection;
            return new(
                rejection.Code.ToString(), rejection.Instruction, rejection.Line, rejection.Message,
                [.. explanation.Subject], explanation.Hint, [.. explanation.Slice])
            {
                Text = [.. ExplanationText.Lines(explanation)],
            };
        }

        /// <summary>Nothing can be proven of a program before somebody says what it is called with.</summary>
        public static Finding UnknownKind(UntypedProgram program)
        {
            string message = $"Program '{program.Name}': its section '{program.Section}' doesn't say what it is called with; say it with --kind xdp, socketfilter or trafficcontrol.";
            return new("KindUnknown", null, null, message, [], null, []) { Text = [$"KindUnknown: {message}"] };
        }
    }
}
