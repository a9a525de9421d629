using System.Collections.Immutable;

namespace NearData.Isa.Helpers;

/// <summary>What a helper takes in one of r1..r5.</summary>
public enum ArgumentKind
{
    /// <summary>Any number.</summary>
    Scalar,

    /// <summary>A map, as a wide load gives it.</summary>
    Map,

    /// <summary>Readable, initialized memory of the map's key size.</summary>
    MapKey,
}

/// <summary>What a helper leaves in r0.</summary>
public enum ReturnKind
{
    Scalar,

    /// <summary>An address of the map's value, or zero: to be compared with zero before use.</summary>
    MapValueOrNull,
}

/// <summary>Whether a helper may be called where records are reordered and results must repeat.</summary>
public enum HelperPurity
{
    /// <summary>The same arguments over the same maps give the same answer, and nothing changes.</summary>
    Pure,

    /// <summary>The answer depends on the time or place of the call.</summary>
    Varying,
}

/// <summary>A helper as programs call it.</summary>
/// <param name="Number">The kernel's number.</param>
/// <param name="Name">The kernel's name.</param>
/// <param name="Arguments">r1 onwards.</param>
/// <param name="Returns">r0.</param>
/// <param name="Purity">Row programs may call pure helpers only.</param>
/// <param name="Cost">In instructions, for the worst case that a load reports.</param>
public sealed record HelperSignature(
    int Number,
    string Name,
    ImmutableArray<ArgumentKind> Arguments,
    ReturnKind Returns,
    HelperPurity Purity,
    int Cost);
