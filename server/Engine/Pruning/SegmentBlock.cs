using System.Numerics;

namespace NearData.Engine.Pruning;

/// <summary>
/// Says of a dictionary's entries by vectors which segments they lie in, so many at a time that their answers fill a vector of bytes. All workers
/// wait while one does that.
/// </summary>
internal static class SegmentBlock
{
    /// <summary>Segments that each entry is compared with. Among more, searching is faster.</summary>
    public const int MostSegments = 8;

    /// <summary>Vectors of 64-bit numbers in a block: as many as narrow to one of bytes.</summary>
    private const int Vectors = 8;

    /// <summary>Entries of a block.</summary>
    public static int Entries => Vector<sbyte>.Count;

    /// <summary>Says of each entry whether it passes; false, for nothing, where one lies in no segment.</summary>
    /// <param name="entries">Of whole blocks.</param>
    /// <param name="passes">Gets 1 for those that do, else 0.</param>
    /// <param name="segments">Apart from each other.</param>
    /// <param name="least">Lowered to the least that passes.</param>
    /// <param name="most">Raised to the greatest that passes.</param>
    /// <param name="isTotal">Cleared where one doesn't pass.</param>
    public static bool TryTabulate(
        ReadOnlySpan<long> entries, Span<byte> passes, ReadOnlySpan<ValueSegment> segments, ref long least, ref long most, ref bool isTotal)
    {
        Span<Vector<long>> kept = stackalloc Vector<long>[Vectors];
        Vector<long> lower = new(least);
        Vector<long> upper = new(most);
        Vector<long> all = Vector<long>.AllBitsSet;
        for (int block = 0; block < entries.Length; block += Entries)
        {
            for (int vector = 0; vector < Vectors; vector++)
            {
                Vector<long> values = new(entries[(block + (vector * Vector<long>.Count))..]);
                (Vector<long> known, Vector<long> passed) = Find(values, segments);
                if (known != Vector<long>.AllBitsSet)
                {
                    return false;
                }

                kept[vector] = passed;
                all &= passed;
                lower = Vector.ConditionalSelect(passed, Vector.Min(lower, values), lower);
                upper = Vector.ConditionalSelect(passed, Vector.Max(upper, values), upper);
            }

            (Narrow(kept) & Vector<sbyte>.One).As<sbyte, byte>().CopyTo(passes[block..]);
        }

        for (int lane = 0; lane < Vector<long>.Count; lane++)
        {
            least = long.Min(least, lower[lane]);
            most = long.Max(most, upper[lane]);
        }

        isTotal &= all == Vector<long>.AllBitsSet;
        return true;
    }

    private static (Vector<long> Known, Vector<long> Kept) Find(Vector<long> values, ReadOnlySpan<ValueSegment> segments)
    {
        Vector<long> known = Vector<long>.Zero;
        Vector<long> kept = Vector<long>.Zero;
        foreach (ref readonly ValueSegment segment in segments)
        {
            Vector<long> inside = Vector.GreaterThanOrEqual(values, new(segment.Least)) & Vector.LessThanOrEqual(values, new(segment.Most));
            known |= inside;
            kept |= segment.IsKept ? inside : Vector<long>.Zero;
        }

        return (known, kept);
    }

    private static Vector<sbyte> Narrow(ReadOnlySpan<Vector<long>> lanes) => Vector.Narrow(
        Vector.Narrow(Vector.Narrow(lanes[0], lanes[1]), Vector.Narrow(lanes[2], lanes[3])),
        Vector.Narrow(Vector.Narrow(lanes[4], lanes[5]), Vector.Narrow(lanes[6], lanes[7])));
}
