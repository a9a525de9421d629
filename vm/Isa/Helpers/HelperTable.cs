using System.Collections.Frozen;
using System.Collections.Immutable;

namespace NearData.Isa.Helpers;

/// <summary>Every helper, described once: verifier, interpreter, compilers and documents read it from here.</summary>
public static class HelperTable
{
    private static readonly ImmutableArray<HelperSignature>[] Groups =
    [
        MapHelpers.All,
        RecordHelpers.All,
        SliceHelpers.All,
        SliceFunctionHelpers.All,
        LockHelpers.All,
        IteratorHelpers.All,
        ControlHelpers.All,
        ClockHelpers.All,
        SurroundingHelpers.All,
        TextHelpers.All,
        PacketHelpers.All,
        Float64Helpers.All,
        StringHelpers.All,
        Int128Helpers.All,
        GroupHelpers.All,
    ];

    private static readonly FrozenDictionary<int, HelperSignature> ByNumber =
        Groups.SelectMany(group => group).ToFrozenDictionary(helper => helper.Number);

    /// <summary>All helpers, by number.</summary>
    public static IEnumerable<HelperSignature> All => ByNumber.Values.OrderBy(helper => helper.Number);

    /// <summary>The helper with a number, or null.</summary>
    public static HelperSignature? Find(int number) => ByNumber.GetValueOrDefault(number);
}
