namespace NearData.Vm.Vectors;

/// <summary>Numbers from one on, so few that there is a place in a table for each.</summary>
/// <param name="Start">The least.</param>
/// <param name="Width">How many: from 1, and none is beyond the greatest of 64 bits with sign; 0 where there is no number yet.</param>
internal readonly record struct NumberWindow(long Start, long Width)
{
    /// <summary>Whether all numbers between two are in it.</summary>
    public bool Covers(long least, long most) => least >= Start && (ulong)most - (ulong)Start < (ulong)Width;

    /// <summary>The window of these numbers and of some others; null where they are more than there are places.</summary>
    /// <param name="least">The least of the others.</param>
    /// <param name="most">The greatest of them.</param>
    /// <param name="places">What it may be as wide as.</param>
    public NumberWindow? Widened(long least, long most, long places)
    {
        long start = Width == 0 ? least : long.Min(Start, least);
        long end = Width == 0 ? most : long.Max(Start + (Width - 1), most);
        ulong distance = (ulong)end - (ulong)start;
        return distance < (ulong)places ? new NumberWindow(start, (long)distance + 1) : null;
    }

    /// <summary>A window that is wider than this on both sides, up to twice, so that it doesn't have to grow often.</summary>
    /// <param name="places">What it may be as wide as.</param>
    public NumberWindow WithSlack(long places)
    {
        ulong half = (ulong)long.Min(Width, places - Width) / 2;
        long end = Start + (Width - 1);
        long below = (long)ulong.Min(half, (ulong)Start - unchecked((ulong)long.MinValue));
        long above = (long)ulong.Min(half, (ulong)long.MaxValue - (ulong)end);
        return new NumberWindow(Start - below, Width + below + above);
    }
}
