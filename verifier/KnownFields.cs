using System.Collections.Frozen;

namespace NearData.Verifier;

/// <summary>What is known of some records' fields, by index in the row's fields; of the others only their types are known.</summary>
/// <param name="Ranges">What values lie in. Of a field of text only its nulls count.</param>
public sealed record KnownFields(IReadOnlyDictionary<int, FieldRange> Ranges)
{
    public static KnownFields None { get; } = new(FrozenDictionary<int, FieldRange>.Empty);

    /// <summary>Fields of text that hold the same bytes in all of the records; none where they are null.</summary>
    public IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Texts { get; init; } = FrozenDictionary<int, ReadOnlyMemory<byte>>.Empty;
}
