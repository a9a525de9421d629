using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What comparing an address with zero tells.</summary>
internal static class NullCheck
{
    /// <summary>The state where it is zero; null where it can't be.</summary>
    public static MachineState? WhereNull(Value value, MachineState state)
    {
        if (value is not Value.OrNull unknown)
        {
            return null;
        }

        MachineState copy = With(unknown, Operands.Number(0), state);
        if (unknown.Target is Value.Pointer { Region: { Kind: RegionKind.Record } record })
        {
            // Nothing was reserved, so nothing has to be given back.
            copy.References = copy.References.Remove(record.Index);
        }

        return copy;
    }

    /// <summary>The state where it is an address.</summary>
    public static MachineState WhereAddress(Value value, MachineState state) => value is Value.OrNull unknown
        ? With(unknown, unknown.Target, state)
        : state.Copy();

    private static MachineState With(Value.OrNull unknown, Value known, MachineState state)
    {
        MachineState copy = state.Copy();
        copy.Rewrite(value => value == unknown ? known : value);
        return copy;
    }
}
