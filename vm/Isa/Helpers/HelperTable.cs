using System.Collections.Frozen;

namespace NearData.Isa.Helpers;

/// <summary>Every helper, described once: verifier, interpreter, compilers and documents read it from here.</summary>
public static class HelperTable
{
    public static readonly HelperSignature MapLookup = new(
        1, "bpf_map_lookup_elem", [ArgumentKind.Map, ArgumentKind.MapKey], ReturnKind.MapValueOrNull, HelperPurity.Pure, Cost: 10);

    public static readonly HelperSignature ClockNanoseconds = new(
        5, "bpf_ktime_get_ns", [], ReturnKind.Scalar, HelperPurity.Varying, Cost: 20);

    private static readonly FrozenDictionary<int, HelperSignature> ByNumber =
        new[] { MapLookup, ClockNanoseconds }.ToFrozenDictionary(helper => helper.Number);

    /// <summary>All helpers, by number.</summary>
    public static IEnumerable<HelperSignature> All => ByNumber.Values.OrderBy(helper => helper.Number);

    /// <summary>The helper with a number, or null.</summary>
    public static HelperSignature? Find(int number) => ByNumber.GetValueOrDefault(number);
}
