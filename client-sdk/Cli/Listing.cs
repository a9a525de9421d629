using NearData.Isa.Programs;
using NearData.Isa.Text;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>A program as text.</summary>
internal sealed record Listing(string Program, string Section, Listing.Line[] Instructions)
{
    public static Listing Of(Program program)
    {
        SourceLine? last = null;
        List<Line> lines = [];
        foreach ((int slot, string text) in Disassembler.Lines(program))
        {
            SourceLine? source = program.LineOf(slot);
            // clang repeats a line for each instruction that it made of it; a reader wants it once.
            bool isNew = source is not null && (source.Line != last?.Line || source.File != last.File);
            last = source;
            lines.Add(new Line(slot, text, isNew ? $"{Path.GetFileName(source!.File)}:{source.Line}: {source.Text.Trim()}" : null));
        }

        return new Listing(program.Name, program.Section, [.. lines]);
    }

    public static void Print(IAnsiConsole console, Listing[] listings)
    {
        foreach (Listing listing in listings)
        {
            console.MarkupLineInterpolated($"[bold]{listing.Program}[/] in section {listing.Section}");
            listing.Print(console, listing.Instructions.Length);
            console.WriteLine();
        }
    }

    /// <summary>Prints the first instructions.</summary>
    public void Print(IAnsiConsole console, int count)
    {
        foreach (Line line in Instructions.Take(count))
        {
            if (line.Source is not null)
            {
                console.MarkupLineInterpolated($"[grey]; {line.Source}[/]");
            }

            console.WriteLine($"{line.Slot,5}: {line.Text}");
        }
    }

    /// <summary>One instruction, with its source line where that begins.</summary>
    internal sealed record Line(int Slot, string Text, string? Source);
}
