using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Ir;
using NearData.Vm.Vectors;

namespace NearData.Vm.Introspection;

/// <summary>A row program's intermediate form, for reading (docs/ir.md).</summary>
/// <param name="Lines">A value or an update each; empty where there is none.</param>
/// <param name="LaneBits">Bits of a number that vectors are made of: 64, or 32 where ranges show that they suffice; 0 without a form.</param>
/// <param name="Obstacle">Why there is none, as a sentence; null where there is.</param>
public sealed record StraightForm(ImmutableArray<string> Lines, int LaneBits, string? Obstacle)
{
    /// <summary>The form of a program.</summary>
    /// <param name="verified">The program.</param>
    /// <param name="constants">All bytes of <c>.rodata</c> with parameters bound; empty where they aren't.</param>
    /// <param name="narrow">Columns that are read in 32 bits; null for none.</param>
    public static StraightForm Of(VerifiedProgram verified, ReadOnlyMemory<byte> constants, NarrowColumns? narrow = null)
    {
        try
        {
            StraightProgram straight = Flattener.Flatten(verified, constants, narrow ?? NarrowColumns.None);
            return new StraightForm(IrText.Of(straight), straight.Group is null && LaneChoice.Of(straight) == typeof(int) ? 32 : 64, Obstacle: null);
        }
        catch (NotStraightException reason)
        {
            return new StraightForm([], LaneBits: 0, $"{verified.Program.Name} has no straight form: {reason.Message}.");
        }
    }
}
