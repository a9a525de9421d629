using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa;

namespace NearData.Client.Linq.Emission;

/// <summary>A place in code that jumps lead to. Only forward: it is placed once, after all of them.</summary>
internal sealed class Label
{
    private readonly List<int> _jumps = [];

    /// <summary>The jumps that lead here, by slot.</summary>
    public IReadOnlyList<int> Jumps => _jumps;

    /// <summary>The leaves that are in the same register whichever jump led here; null before the first jump.</summary>
    public ImmutableDictionary<Scalar, Register>? Cached { get; private set; }

    public void AddJump(int slot, ImmutableDictionary<Scalar, Register> cached)
    {
        _jumps.Add(slot);
        Cached = Intersect(Cached, cached);
    }

    /// <summary>What is in the same register on both ways; a way that is null is never taken.</summary>
    public static ImmutableDictionary<Scalar, Register>? Intersect(
        ImmutableDictionary<Scalar, Register>? one, ImmutableDictionary<Scalar, Register>? other) => (one, other) switch
        {
            (null, _) => other,
            (_, null) => one,
            _ => one.RemoveRange(one.Where(pair => !other.TryGetValue(pair.Key, out Register register) || register != pair.Value).Select(pair => pair.Key)),
        };
}
