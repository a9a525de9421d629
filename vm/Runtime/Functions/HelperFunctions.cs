using System.Collections.Frozen;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>Every helper of <see cref="HelperTable"/> as it runs, but <see cref="ControlHelpers"/>, which are parts of the engines.</summary>
internal static class HelperFunctions
{
    private static readonly HelperFunction[][] Groups =
    [
        MapFunctions.All,
        RecordFunctions.All,
        SliceFunctions.All,
        LockFunctions.All,
        IteratorFunctions.All,
        ClockFunctions.All,
        SurroundingFunctions.All,
        TextFunctions.All,
        PacketFunctions.All,
        Float64Functions.All,
        StringFunctions.All,
        Int128Functions.All,
        GroupFunctions.All,
    ];

    private static readonly FrozenDictionary<int, HelperFunction> ByNumber =
        Groups.SelectMany(group => group).ToFrozenDictionary(helper => helper.Signature.Number);

    /// <summary>The helper with a number, or null.</summary>
    public static HelperFunction? Find(int number) => ByNumber.GetValueOrDefault(number);
}
