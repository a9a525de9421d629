using System.Collections.Frozen;
using System.Reflection;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>Every helper of <see cref="HelperTable"/> as it runs.</summary>
internal static class HelperFunctions
{
    private static readonly FrozenDictionary<int, HelperFunction> ByNumber = new HelperFunction[]
    {
        new(HelperTable.MapLookup, MapLookup.Interpret, Method(typeof(MapLookup))),
        new(HelperTable.ClockNanoseconds, _ => (ulong)ClockNanoseconds.Compiled(), Method(typeof(ClockNanoseconds))),
    }.ToFrozenDictionary(helper => helper.Signature.Number);

    /// <summary>The helper with a number, or null.</summary>
    public static HelperFunction? Find(int number) => ByNumber.GetValueOrDefault(number);

    private static MethodInfo Method(Type helper) => helper.GetMethod("Compiled", BindingFlags.Static | BindingFlags.Public)!;
}
