using System.Numerics;
using System.Runtime.Intrinsics;

namespace NearData.Parquet.Values;

/// <summary>Numbers of 64 bits that may come in 32, where all of them are in a range that 32 bits hold.</summary>
/// <param name="Least">The least that may come so, at most zero, which nulls have.</param>
/// <param name="Greatest">The greatest, at least zero.</param>
public readonly record struct NarrowNumbers(int Least, int Greatest)
{
    /// <summary>Cuts numbers down to 32 bits; false, with anything in their place, where one of them is out of the range.</summary>
    internal bool TryNarrow(ReadOnlySpan<long> wide, Span<int> narrow)
    {
        int done = Vector512.IsHardwareAccelerated ? NarrowMost(wide, narrow, out long least, out long greatest) : NarrowMany(wide, narrow, out least, out greatest);
        for (; done < wide.Length; done++)
        {
            least = long.Min(least, wide[done]);
            greatest = long.Max(greatest, wide[done]);
            narrow[done] = (int)wide[done];
        }

        return Least <= least && greatest <= Greatest;
    }

    /// <summary>Cuts down as many as fill whole vectors; gives how many, and the least and the greatest of them and of zero, which is in the range.</summary>
    private static int NarrowMost(ReadOnlySpan<long> wide, Span<int> narrow, out long least, out long greatest)
    {
        Vector512<long> low = Vector512<long>.Zero;
        Vector512<long> high = Vector512<long>.Zero;
        int done = 0;
        for (; done + Vector512<int>.Count <= wide.Length; done += Vector512<int>.Count)
        {
            Vector512<long> first = Vector512.Create(wide[done..]);
            Vector512<long> second = Vector512.Create(wide[(done + Vector512<long>.Count)..]);
            low = Vector512.Min(low, Vector512.Min(first, second));
            high = Vector512.Max(high, Vector512.Max(first, second));
            Vector512.Narrow(first, second).CopyTo(narrow[done..]);
        }

        least = 0;
        greatest = 0;
        for (int lane = 0; lane < Vector512<long>.Count; lane++)
        {
            least = long.Min(least, low[lane]);
            greatest = long.Max(greatest, high[lane]);
        }

        return done;
    }

    /// <inheritdoc cref="NarrowMost"/>
    private static int NarrowMany(ReadOnlySpan<long> wide, Span<int> narrow, out long least, out long greatest)
    {
        Vector<long> low = Vector<long>.Zero;
        Vector<long> high = Vector<long>.Zero;
        int done = 0;
        for (; done + Vector<int>.Count <= wide.Length; done += Vector<int>.Count)
        {
            Vector<long> first = new(wide[done..]);
            Vector<long> second = new(wide[(done + Vector<long>.Count)..]);
            low = Vector.Min(low, Vector.Min(first, second));
            high = Vector.Max(high, Vector.Max(first, second));
            Vector.Narrow(first, second).CopyTo(narrow[done..]);
        }

        least = 0;
        greatest = 0;
        for (int lane = 0; lane < Vector<long>.Count; lane++)
        {
            least = long.Min(least, low[lane]);
            greatest = long.Max(greatest, high[lane]);
        }

        return done;
    }
}
