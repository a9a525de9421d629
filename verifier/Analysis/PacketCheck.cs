using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What comparing addresses in the packet tells: those not behind its end are inside, with all in front of them.</summary>
internal static class PacketCheck
{
    /// <summary>A copy of the state where a relation holds between two addresses.</summary>
    public static MachineState Assume(Relation relation, Value.Pointer left, Value.Pointer right, MachineState state)
    {
        MachineState copy = state.Copy();
        (Relation towards, Value.Pointer inside, Value.Pointer end) = IsEnd(left, right) ? (relation.Mirrored(), right, left) : (relation, left, right);
        if (IsEnd(end, inside))
        {
            copy.Packet = towards switch
            {
                Relation.LessOrEqual or Relation.Equal => copy.Packet.Learn(inside, 0),
                Relation.Less => copy.Packet.Learn(inside, 1),
                _ => copy.Packet,
            };
        }

        return copy;
    }

    /// <summary>Whether one address is exactly where the other's part of the packet ends: nothing was added to it.</summary>
    private static bool IsEnd(Value.Pointer end, Value.Pointer inside) => (end.Region.Kind, inside.Region.Kind) switch
    {
        (RegionKind.PacketEnd, RegionKind.Packet) => end.Term == new Term.Constant(0),
        (RegionKind.Packet, RegionKind.Metadata) => end.Term == new Term.Constant(0),
        _ => false,
    };
}
