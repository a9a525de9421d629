using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace NearData.Client.Linq.Ir;

/// <summary>Items in order, compared by what they are. Immutable.</summary>
[CollectionBuilder(typeof(Sequence), nameof(Sequence.Of))]
internal sealed class Sequence<T>(ImmutableArray<T> items) : IReadOnlyList<T>, IEquatable<Sequence<T>>
{
    public int Count => items.Length;

    public T this[int index] => items[index];

    public bool Equals(Sequence<T>? other) => other is not null && items.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as Sequence<T>);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (T item in items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => items.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

internal static class Sequence
{
    public static Sequence<T> Of<T>(ReadOnlySpan<T> items) => new([.. items]);
}
