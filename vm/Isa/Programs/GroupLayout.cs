using System.Collections.Immutable;

namespace NearData.Isa.Programs;

/// <summary>A part of a group's key.</summary>
/// <param name="Name">The member of the key's struct; <c>key</c> where the key is one value.</param>
/// <param name="Offset">Bytes from the key's start.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Type">The integer's type; null for text: an array of <c>char</c> that ends at its first zero, or at its end.</param>
public sealed record GroupKeyField(string Name, int Offset, int Size, FieldType? Type);

/// <summary>What a group map's keys and values are made of.</summary>
/// <param name="Key">In order of offset, without gaps: keys are equal where all their bytes are.</param>
/// <param name="Values">The members of the value's struct, in order of offset, each tagged with its merge.</param>
public sealed record GroupLayout(ImmutableArray<GroupKeyField> Key, ImmutableArray<ResultField> Values)
{
    /// <summary>Whether both describe the same bytes under the same names.</summary>
    public bool IsLike(GroupLayout other) => Key.SequenceEqual(other.Key) && Values.SequenceEqual(other.Values);
}
