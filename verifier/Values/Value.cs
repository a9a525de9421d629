using NearData.Verifier.Domains;

namespace NearData.Verifier.Values;

/// <summary>What is known of a register's or a stack slot's content. Immutable.</summary>
public abstract record Value
{
    private Value()
    {
    }

    /// <summary>Nothing that may be read: never written, or different in kind on different paths.</summary>
    /// <param name="Why">In words.</param>
    /// <param name="Loss">How that came.</param>
    public sealed record Unusable(string Why, Loss Loss = Loss.Unwritten) : Value
    {
        /// <summary>What follows from something that was refused already: it is never refused again. Only where all findings are looked for.</summary>
        public static Unusable Assumed { get; } = new("assumed to be in order");

        public override string ToString() => Why;
    }

    /// <summary>A number in a set.</summary>
    public sealed record Number(Scalar Range, Term Term) : Value
    {
        public override string ToString() => Term.Result is null ? $"number {Range}" : $"number {Range} that depends on a result";
    }

    /// <summary>A map as a helper takes it.</summary>
    /// <param name="Index">Its index in the program, or that of the map of maps that it was found in.</param>
    /// <param name="IsInner">Whether it was found in a map of maps.</param>
    public sealed record Map(int Index, bool IsInner = false) : Value
    {
        public override string ToString() => IsInner ? $"a map in map {Index}" : $"map {Index}";
    }

    /// <summary>A function of the program, for a helper to call.</summary>
    /// <param name="Start">Its first slot.</param>
    public sealed record Function(int Start) : Value
    {
        public override string ToString() => $"the function at {Start}";
    }

    /// <summary>What a helper returned that returns something or zero, not yet compared with zero.</summary>
    /// <param name="Target">What it is where it isn't zero.</param>
    /// <param name="Term">Each has its own.</param>
    public sealed record OrNull(Value Target, Term Term) : Value
    {
        public override string ToString() => $"{Target}, or null";
    }

    /// <summary>An iterator over numbers, in a slot of the stack: two C <c>int</c>, zero-extended.</summary>
    /// <param name="Last">The number that it gave last, or the one in front of the first; in the lower half.</param>
    /// <param name="Limit">The number behind the last.</param>
    public sealed record Iterator(Number Last, Number Limit) : Value
    {
        public override string ToString() => $"an iterator at {Last.Range.Low} up to {Limit.Range.Low}";
    }

    /// <summary>One of the two slots of the stack that a slice is in; nothing but helpers looks there.</summary>
    /// <param name="Id">Tells slices apart.</param>
    /// <param name="Half">0 for the lower slot, 1 for the other.</param>
    /// <param name="Kind">What it is a slice of.</param>
    public sealed record Slice(int Id, int Half, SliceKind Kind) : Value
    {
        /// <summary>Whether it holds a record of a ring buffer, which has to be given back.</summary>
        public bool IsOfRing => Kind == SliceKind.RingBuffer;

        public override string ToString() => Kind switch
        {
            SliceKind.RingBuffer => "a slice of a ring buffer",
            SliceKind.Packet => "a slice of the packet",
            _ => "a slice",
        };
    }

    /// <summary>An address.</summary>
    /// <param name="Region">What it points into.</param>
    /// <param name="Offset">Bytes from the region's start, signed.</param>
    /// <param name="Term">
    /// Equal terms are equal addresses. A constant tells the offset from the only place that the region can start at; what a lookup
    /// returned starts at the value that was found, so it never has one.
    /// </param>
    public sealed record Pointer(Region Region, Scalar Offset, Term Term) : Value
    {
        public static Pointer At(Region region, long offset) => new(region, Scalar.Constant(offset), new Term.Constant((ulong)offset));

        public override string ToString() => $"address in {Region}, offset {Offset}";
    }
}

/// <summary>What a slice is a slice of.</summary>
public enum SliceKind
{
    Memory,
    RingBuffer,
    Packet,
}

/// <summary>How a value came to be unusable.</summary>
public enum Loss
{
    Unwritten,

    /// <summary>A function finds nothing but its arguments in registers.</summary>
    NotHandedOver,

    /// <summary>A call keeps r6 to r9 only.</summary>
    OverwrittenByCall,

    /// <summary>The helper returns nothing.</summary>
    NoAnswer,

    /// <summary>Different in kind on paths that met.</summary>
    DiffersByPath,
    PacketMoved,
    GivenBack,
}
