using System.Collections.Immutable;

namespace NearData.Isa.Helpers;

/// <summary>Helpers over maps.</summary>
public static class MapHelpers
{
    public static readonly HelperSignature Lookup = new(
        1, "bpf_map_lookup_elem", [ArgumentKind.Map, ArgumentKind.MapKey], ReturnKind.MapValueOrNull, HelperPurity.Pure, Cost: 10);

    public static ImmutableArray<HelperSignature> All { get; } = [Lookup];
}
