using System.Collections.Frozen;

namespace NearData.Storage.Faults;

/// <summary>Which reads of a device go wrong, and how. Immutable, thread-safe.</summary>
public sealed class FaultScript
{
    private readonly Func<int, Fault> _faultOf;

    private FaultScript(Func<int, Fault> faultOf) => _faultOf = faultOf;

    /// <summary>Faults of single reads, counted from 0 in the order in which they are submitted; tries of one read count each.</summary>
    public static FaultScript Of(IReadOnlyDictionary<int, Fault> faults)
    {
        FrozenDictionary<int, Fault> kept = faults.ToFrozenDictionary();
        return new FaultScript(read => kept.GetValueOrDefault(read));
    }

    /// <summary>The same fault for every read.</summary>
    public static FaultScript Always(Fault fault) => new(_ => fault);

    /// <summary>Faults of some kinds at random, the same ones for the same seed.</summary>
    /// <param name="oneIn">How many reads there are for a fault, on average.</param>
    public static FaultScript Random(int seed, int oneIn, params FaultKind[] kinds) => new(read =>
    {
        Random random = new(unchecked(seed * 1_000_003 + read));
        return random.Next(oneIn) == 0 ? new Fault(kinds[random.Next(kinds.Length)], random.Next(1, 20)) : default;
    });

    internal Fault FaultOf(int read) => _faultOf(read);
}
