using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm.Introspection;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>A program's intermediate form as text.</summary>
/// <param name="Program">The program.</param>
/// <param name="Lines">A value or an update each.</param>
/// <param name="LaneBits">Bits of a number in vectors; 0 where there are none.</param>
/// <param name="Obstacle">Why there are none; null where there are.</param>
internal sealed record IrListing(string Program, string[] Lines, int LaneBits, string? Obstacle)
{
    /// <summary>Verifies a program, and shows the form that vectors are made of.</summary>
    /// <exception cref="Verifier.Rejections.ProgramRejectedException">It can't be proven safe, so it has none.</exception>
    public static IrListing Of(Program program)
    {
        StraightForm form = StraightForm.Of(ProgramVerifier.Verify(program), default);
        return new IrListing(program.Name, [.. form.Lines], form.LaneBits, form.Obstacle);
    }

    public static void Print(IAnsiConsole console, IrListing[] listings)
    {
        foreach (IrListing listing in listings)
        {
            string lanes = listing.Obstacle is null ? $", in {listing.LaneBits}-bit lanes" : "";
            console.MarkupLineInterpolated($"[bold]{listing.Program}[/]{lanes}");
            foreach (string line in listing.Obstacle is { } obstacle ? [obstacle] : listing.Lines)
            {
                console.WriteLine($"  {line}");
            }

            console.WriteLine();
        }
    }
}
