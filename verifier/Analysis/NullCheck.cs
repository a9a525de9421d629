using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What comparing an address with zero tells.</summary>
internal static class NullCheck
{
    /// <summary>The state where it is zero; null where it can't be.</summary>
    public static MachineState? WhereNull(Value value, MachineState state) => value is Value.MapValueOrNull lookup
        ? With(lookup, Operands.Number(0), state)
        : null;

    /// <summary>The state where it is an address.</summary>
    public static MachineState WhereAddress(Value value, MachineState state) => value is Value.MapValueOrNull lookup
        ? With(lookup, new Value.Pointer(Region.MapValue(lookup.Index), Scalar.Zero, lookup.Term), state)
        : state.Copy();

    private static MachineState With(Value.MapValueOrNull lookup, Value known, MachineState state)
    {
        MachineState copy = state.Copy();
        copy.Rewrite(value => value == lookup ? known : value);
        return copy;
    }
}
