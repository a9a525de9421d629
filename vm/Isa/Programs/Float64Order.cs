namespace NearData.Isa.Programs;

/// <summary>
/// The total order of doubles that minimum and maximum go by, as a signed integer for each double: negative infinity, numbers (-0 before
/// +0), positive infinity, then NaN, of which all are the same. It is SQL's order, made total, so that records may come in any order.
/// </summary>
public static class Float64Order
{
    private const long CanonicalNaN = 0x7ff8_0000_0000_0000;

    /// <summary>The place of negative infinity: nothing is before it.</summary>
    public static long Least { get; } = ToKey(double.NegativeInfinity);

    /// <summary>The place of NaN: nothing is behind it.</summary>
    public static long Greatest => CanonicalNaN;

    /// <summary>A double's place.</summary>
    public static long ToKey(double number)
    {
        long bits = double.IsNaN(number) ? CanonicalNaN : BitConverter.DoubleToInt64Bits(number);
        return bits ^ ((bits >> 63) & long.MaxValue);
    }

    /// <summary>The double at a place.</summary>
    public static double ToDouble(long key) => BitConverter.Int64BitsToDouble(key ^ ((key >> 63) & long.MaxValue));
}
