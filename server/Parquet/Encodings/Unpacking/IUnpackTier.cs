namespace NearData.Parquet.Encodings.Unpacking;

/// <summary>Unpacks bit-packed integers with vectors of one size. Every tier gives the same values; the wider ones in less time.</summary>
internal interface IUnpackTier
{
    /// <summary>Whether this processor has what the tier needs.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>
    /// Unpacks from a byte's lowest bit on, in whole groups of eight values, as long as there are bytes for a whole vector.
    /// </summary>
    /// <param name="packed">Integers, least significant bit first.</param>
    /// <param name="width">Bits of each: 1 to <see cref="LanePlan.MostBits"/>.</param>
    /// <param name="values">Filled from its start.</param>
    /// <returns>How many values were unpacked, a multiple of eight.</returns>
    static abstract int Unpack(ReadOnlySpan<byte> packed, int width, Span<uint> values);
}
