using NearData.Isa.Programs;
using NearData.Isa.Text;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>A program as text.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Section">The section that it was found in.</param>
/// <param name="Tag">The tag that kernels from 6.18 on show for it.</param>
/// <param name="LegacyTag">The tag that older kernels show.</param>
/// <param name="Sha256">Of the object that it is in; null where there is none.</param>
/// <param name="Instructions">In order.</param>
internal sealed record Listing(string Program, string Section, string Tag, string LegacyTag, string? Sha256, Listing.Line[] Instructions)
{
    public static Listing Of(Program program) => Of(program, sha256: null, SourceText.Shown);

    public static Listing Of(Program program, string? sha256, SourceText source) => new(
        program.Name,
        program.Section,
        ProgramTag.Compute(program, TagHash.Sha256),
        ProgramTag.Compute(program, TagHash.Sha1),
        sha256,
        [.. ProgramListing.Of(program).Select(line => new Line(
            line.Slot,
            line.Text,
            source == SourceText.Shown && line.Source is SourceLine text ? ProgramListing.Describe(text) : null,
            line.Function?.Name,
            line.Note))]);

    public static void Print(IAnsiConsole console, Listing[] listings)
    {
        if (listings is [{ Sha256: { } sha256 }, ..])
        {
            console.WriteLine($"object {sha256}");
        }

        foreach (Listing listing in listings)
        {
            console.MarkupLineInterpolated($"[bold]{listing.Program}[/] in section {listing.Section}, tag {listing.Tag} (before Linux 6.18: {listing.LegacyTag})");
            listing.Print(console, listing.Instructions.Length);
            console.WriteLine();
        }
    }

    /// <summary>Prints the first instructions.</summary>
    public void Print(IAnsiConsole console, int count)
    {
        foreach (Line line in Instructions.Take(count))
        {
            if (line.Function is not null)
            {
                console.MarkupLineInterpolated($"[bold]{line.Function}:[/]");
            }

            if (line.Source is not null)
            {
                console.MarkupLineInterpolated($"[grey]{line.Source}[/]");
            }

            console.MarkupInterpolated($"{line.Slot,5}: {line.Text}");
            console.MarkupLineInterpolated($"[grey]{(line.Note is null ? "" : $" ; {line.Note}")}[/]");
        }
    }

    /// <summary>One instruction, with the function and the source line that begin there, and what it calls by number.</summary>
    internal sealed record Line(int Slot, string Text, string? Source, string? Function, string? Note);
}

/// <summary>Whether a listing has the author's lines in it.</summary>
internal enum SourceText
{
    Shown,
    LeftOut,
}
