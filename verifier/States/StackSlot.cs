using NearData.Verifier.Values;

namespace NearData.Verifier.States;

/// <summary>Eight aligned bytes of the stack. Immutable.</summary>
/// <param name="Written">A bit for each byte that was written, the lowest address first.</param>
/// <param name="Whole">The value, where all eight bytes were stored at once; otherwise null.</param>
/// <param name="Contents">Equal terms are equal bytes; tells whether a result had an influence on them.</param>
public sealed record StackSlot(byte Written, Value? Whole, Term Contents)
{
    public const int Size = 8;

    private const byte AllWritten = 0xff;

    public static StackSlot Empty { get; } = new(0, null, new Term.Made(0));

    /// <summary>Bytes that mean different things on different paths.</summary>
    public static StackSlot Unreadable(Term contents) => new(0, null, contents);

    public static StackSlot Spilled(Value value, TermSource terms) =>
        new(AllWritten, value, value is Value.Number number ? number.Term : terms.Fresh(influencedBy: null));

    /// <summary>Some bytes stored over what was there. A pointer that is partly overwritten is none any more.</summary>
    public StackSlot Overwritten(byte bytes, int? influencedBy, TermSource terms)
    {
        byte kept = Whole is null or Value.Number ? Written : (byte)0;
        return new((byte)(kept | bytes), null, terms.Fresh(influencedBy ?? Contents.Result));
    }
}
