using System.Collections.Immutable;
using NearData.Verifier.Domains;
using NearData.Verifier.Values;

namespace NearData.Verifier.States;

/// <summary>
/// What comparisons with the packet's end proved: for places in the packet (or, with its start, in its metadata), how many bytes from
/// there are inside. A place is an address without the constant that was added to it last. Of text, what comparisons of its length
/// proved: the place is the length itself, and all is counted from the first byte. Immutable.
/// </summary>
public sealed class PacketBounds
{
    private readonly ImmutableDictionary<(RegionKind Kind, Term Place), long> _reach;

    private PacketBounds(ImmutableDictionary<(RegionKind Kind, Term Place), long> reach) => _reach = reach;

    /// <summary>Nothing was compared yet.</summary>
    public static PacketBounds None { get; } = new(ImmutableDictionary<(RegionKind Kind, Term Place), long>.Empty);

    /// <summary>Places from which on something is proven.</summary>
    public int Places => _reach.Count;

    /// <summary>Whether nothing is proven.</summary>
    public bool IsNothing => _reach.IsEmpty;

    /// <summary>Bytes that are proven to be inside from a place on; 0 where nothing is proven.</summary>
    public long Of(RegionKind kind, Term place) => _reach.GetValueOrDefault((kind, place));

    /// <summary>An address and so many bytes more are not behind the end.</summary>
    public PacketBounds Learn(Value.Pointer pointer, long beyond)
    {
        (Term place, long distance) = Anchor(pointer);
        PacketBounds learned = Learn(pointer.Region.Kind, place, distance + beyond);

        // Wherever exactly the address is, everything in front of the least that it can be is inside as well.
        return learned.Learn(pointer.Region.Kind, Start, pointer.Offset.Whole.Signed.Minimum + beyond);
    }

    /// <summary>Whether bytes from an address on are inside.</summary>
    /// <param name="pointer">The address.</param>
    /// <param name="from">The first byte, from where it points to.</param>
    /// <param name="size">Bytes.</param>
    public bool Holds(Value.Pointer pointer, long from, long size)
    {
        (Term place, long distance) = Anchor(pointer);
        return pointer.Offset.Whole.Signed.Minimum + from >= 0
            && (distance + from + size <= Of(pointer.Region.Kind, place)
                || pointer.Offset.Whole.Signed.Maximum + from + size <= Of(pointer.Region.Kind, Start));
    }

    /// <summary>How many bytes from an address on are proven to be inside.</summary>
    public long From(Value.Pointer pointer)
    {
        (Term place, long distance) = Anchor(pointer);
        return long.Max(
            Of(pointer.Region.Kind, place) - distance,
            Of(pointer.Region.Kind, Start) - pointer.Offset.Whole.Signed.Maximum);
    }

    /// <summary>Whether the same is proven of a kind of memory.</summary>
    public bool IsSame(RegionKind kind, PacketBounds other) =>
        ReferenceEquals(this, other)
        || _reach.Where(entry => entry.Key.Kind == kind).ToHashSet().SetEquals(other._reach.Where(entry => entry.Key.Kind == kind));

    /// <summary>What holds in both.</summary>
    public PacketBounds Meet(PacketBounds other)
    {
        if (ReferenceEquals(this, other))
        {
            return this;
        }

        return new(_reach.Where(entry => other._reach.ContainsKey(entry.Key))
            .ToImmutableDictionary(entry => entry.Key, entry => long.Min(entry.Value, other._reach[entry.Key])));
    }

    public PacketBounds Learn(RegionKind kind, Term place, long reach) =>
        reach > Of(kind, place) ? new(_reach.SetItem((kind, place), reach)) : this;

    private static Term Start { get; } = new Term.Constant(0);

    /// <summary>The place that an address is a constant away from, and that constant.</summary>
    private static (Term Place, long Distance) Anchor(Value.Pointer pointer)
    {
        if (pointer.Term is Term.Constant constant)
        {
            return (Start, (long)constant.Number);
        }

        (Term inner, ulong addend) = pointer.Term.Split();
        return (inner, (long)addend);
    }
}
