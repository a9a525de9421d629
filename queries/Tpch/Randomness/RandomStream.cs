namespace NearData.Queries.Tpch.Randomness;

/// <summary>
/// Random numbers by position: draw n is the n-th output of SplitMix64 (Steele, Lea and Flood, 2014) from this seed, worked
/// out on its own. A value therefore depends on its column and row only, never on what was generated before it, by which
/// thread, or in how large pieces. A value type without state; any thread may use it.
/// </summary>
internal readonly record struct RandomStream(ulong Seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>A column's stream. Its seed is the name's 64-bit FNV-1a hash: renaming a stream changes its values.</summary>
    public static RandomStream Of(string column)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char letter in column)
        {
            hash = (hash ^ letter) * 0x100000001B3;
        }

        return new RandomStream(hash);
    }

    /// <summary>Draw <paramref name="position"/>, counted from 0: 64 even bits.</summary>
    public ulong At(long position)
    {
        ulong mixed = Seed + (((ulong)position + 1) * Step);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>An even choice out of <c>[min..max]</c>, both included ("random value", TPC-H 4.2.2.3).</summary>
    public long Between(long position, long min, long max) => min + (long)Scaled(At(position), (ulong)(max - min + 1), out _);

    /// <inheritdoc cref="Between(long, long, long)"/>
    public int Between(long position, int min, int max) => (int)Between(position, (long)min, max);

    /// <summary>An even choice among a list's entries.</summary>
    public T Choose<T>(long position, T[] list) => list[Scaled(At(position), (ulong)list.Length, out _)];

    /// <summary>A stream of its own for one row's value that takes several draws.</summary>
    public RandomStream Within(long position) => new(At(position));

    /// <summary>
    /// Maps a draw onto <c>[0..range)</c> by multiplication; the unused part of the draw comes back as another draw, even enough
    /// while both ranges together stay far below 64 bits.
    /// </summary>
    public static ulong Scaled(ulong draw, ulong range, out ulong rest) => Math.BigMul(draw, range, out rest);
}
