using NearData.Client;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>What a node says of a loaded program.</summary>
/// <param name="ProgramId">SHA-256 of the object.</param>
/// <param name="Programs">The object's programs.</param>
/// <param name="Parameters">What an execution is given.</param>
/// <param name="Results">What it answers.</param>
internal sealed record ProgramReport(
    string ProgramId, ProgramReport.ProgramRow[] Programs, ProgramReport.FieldRow[] Parameters, ProgramReport.ResultRow[] Results)
{
    public static ProgramReport Of(LoadedProgram program) => new(
        program.Id,
        [.. program.Programs.Select(row => new ProgramRow(
            row.Name, row.Section, row.Tag, row.LegacyTag, row.Instructions, row.WorstCaseInstructions, [.. row.Columns], row.InterpretedBecause))],
        [.. program.Parameters.Select(field => new FieldRow(field.Name, $"__{(field.Signed ? 's' : 'u')}{field.Bytes * 8}"))],
        [.. program.Results.Select(result => new ResultRow(result.Name, result.Merge.ToString().ToLowerInvariant()))]);

    public static void Print(IAnsiConsole console, ProgramReport report)
    {
        console.WriteLine($"object {report.ProgramId}");
        Table table = Output.Table("program", "section", "tag", "before Linux 6.18", "verified", "worst case", "columns that it reads");
        foreach (ProgramRow row in report.Programs)
        {
            table.AddRow(
                Markup.Escape(row.Name),
                Markup.Escape(row.Section),
                row.Tag,
                row.LegacyTag,
                $"{row.Instructions} instructions",
                $"{row.WorstCaseInstructions} instructions a record",
                Markup.Escape(string.Join(", ", row.Columns)));
        }

        console.Write(table);
        foreach (ProgramRow row in report.Programs.Where(row => row.InterpretedBecause.Length != 0))
        {
            console.WriteLine($"{row.Name} is interpreted: {row.InterpretedBecause}");
        }

        if (report.Parameters.Length > 0)
        {
            console.WriteLine($"parameters: {string.Join(", ", report.Parameters.Select(field => $"{field.Type} {field.Name}"))}");
        }

        console.WriteLine($"results: {string.Join(", ", report.Results.Select(result => $"{result.Merge}({result.Name})"))}");
    }

    internal sealed record ProgramRow(
        string Name,
        string Section,
        string Tag,
        string LegacyTag,
        uint Instructions,
        ulong WorstCaseInstructions,
        string[] Columns,
        string InterpretedBecause);

    internal sealed record FieldRow(string Name, string Type);

    internal sealed record ResultRow(string Name, string Merge);
}
