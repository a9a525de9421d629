namespace NearData.Formats.Structure;

/// <summary>Finds the bytes that give text its structure, with vectors of one size. Every tier finds the same; the wider ones in less time.</summary>
internal interface IStructureTier
{
    /// <summary>Whether this processor has what the tier needs.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Looks at 64 bytes, the first one in the lowest bit.</summary>
    /// <param name="bytes">At least 64.</param>
    /// <param name="delimiter">What ends a field.</param>
    /// <param name="quote">What text may be enclosed in; 0 for nothing.</param>
    static abstract BlockMasks Find(ref readonly byte bytes, byte delimiter, byte quote);

    /// <summary>As <see cref="Find"/>, in JSON.</summary>
    /// <param name="bytes">At least 64.</param>
    static abstract JsonMasks FindJson(ref readonly byte bytes);
}

/// <summary>Where in 64 bytes each kind of structural byte is.</summary>
internal readonly record struct BlockMasks(ulong Delimiters, ulong Quotes, ulong Newlines, ulong Returns);

/// <summary>Where in 64 bytes of JSON each kind of byte is that gives it its structure.</summary>
/// <param name="Quotes">Escaped or not.</param>
/// <param name="Backslashes">All.</param>
/// <param name="Structural">Commas, braces and brackets, in strings or not.</param>
/// <param name="Controls">Bytes below the space, which no string may hold (RFC 8259, 7).</param>
/// <param name="Newlines">All.</param>
internal readonly record struct JsonMasks(ulong Quotes, ulong Backslashes, ulong Structural, ulong Controls, ulong Newlines);
