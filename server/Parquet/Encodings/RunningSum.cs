using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NearData.Parquet.Encodings;

/// <summary>Values out of their differences. Sums wrap.</summary>
internal static class RunningSum
{
    /// <summary>Fills <paramref name="values"/>; each is the one before, plus <paramref name="minimum"/>, plus its own difference.</summary>
    /// <param name="value">The value before the first.</param>
    /// <param name="minimum">What all differences have in common.</param>
    /// <param name="differences">At least as many as <paramref name="values"/>.</param>
    /// <param name="values">The values.</param>
    /// <returns>The last value.</returns>
    public static long Of(long value, long minimum, ReadOnlySpan<uint> differences, Span<long> values)
    {
        int done = Vector512.IsHardwareAccelerated ? Sixteens(ref value, minimum, differences, values) : 0;
        for (int i = done; i < values.Length; i++)
        {
            value += minimum + differences[i];
            values[i] = value;
        }

        return value;
    }

    /// <summary>The same without differences of their own.</summary>
    public static long Of(long value, long minimum, Span<long> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = value + (minimum * (i + 1));
        }

        return value + (minimum * values.Length);
    }

    private static int Sixteens(ref long value, long minimum, ReadOnlySpan<uint> differences, Span<long> values)
    {
        ref uint source = ref MemoryMarshal.GetReference(differences);
        ref long target = ref MemoryMarshal.GetReference(values);
        Vector512<long> least = Vector512.Create(minimum);
        Vector512<long> last = Vector512.Create(value);
        int done = 0;
        for (; values.Length - done >= Vector512<uint>.Count; done += Vector512<uint>.Count)
        {
            (Vector512<ulong> low, Vector512<ulong> high) = Vector512.Widen(Vector512.LoadUnsafe(ref source, (nuint)done));
            Vector512<long> first = Sums(low.AsInt64() + least) + last;
            first.StoreUnsafe(ref Unsafe.Add(ref target, done));
            Vector512<long> second = Sums(high.AsInt64() + least) + Last(first);
            second.StoreUnsafe(ref Unsafe.Add(ref target, done + Vector512<long>.Count));
            last = Last(second);
        }

        value = last[0];
        return done;
    }

    // Each lane plus all before it: with its neighbour, then with those two before, then four. A lane from beyond the edge is zero.
    private static Vector512<long> Sums(Vector512<long> lanes)
    {
        lanes += Vector512.Shuffle(lanes, Vector512.Create(-1, 0, 1, 2, 3, 4, 5, 6));
        lanes += Vector512.Shuffle(lanes, Vector512.Create(-1, -1, 0, 1, 2, 3, 4, 5));
        return lanes + Vector512.Shuffle(lanes, Vector512.Create(-1, -1, -1, -1, 0, 1, 2, 3));
    }

    private static Vector512<long> Last(Vector512<long> lanes) => Vector512.Shuffle(lanes, Vector512.Create(7L));
}
