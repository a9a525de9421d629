using System.Numerics;
using System.Runtime.InteropServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Results;

/// <summary>
/// An exact sum of doubles: a two's-complement fixed-point number in which every finite double is a multiple of the lowest bit (2^-1074),
/// with room for 2^63 of the greatest, then a word of flags for infinities and NaN, which have no place in it. It is the same
/// whatever order and grouping the numbers were added in; rounding happens once, at the end.
/// </summary>
internal static unsafe class Float64Sum
{
    public const int Words = ResultField.Float64SumSize / sizeof(ulong);

    private const int NumberWords = Words - 1;
    private const int Flags = NumberWords;
    private const int FractionBits = 52;
    private const int ExponentMask = 0x7ff;
    private const ulong HiddenBit = 1UL << FractionBits;

    private const ulong SawNaN = 1;
    private const ulong SawPositiveInfinity = 2;
    private const ulong SawNegativeInfinity = 4;

    /// <summary>Adds a double, given by its bits.</summary>
    public static void Add(ulong* sum, long bits)
    {
        int exponent = (int)(bits >> FractionBits) & ExponentMask;
        ulong fraction = (ulong)bits & (HiddenBit - 1);
        if (exponent == ExponentMask)
        {
            sum[Flags] |= fraction != 0 ? SawNaN : bits < 0 ? SawNegativeInfinity : SawPositiveInfinity;
            return;
        }

        // Numbers below the least normal one have its exponent, and no hidden bit.
        UInt128 shifted = (UInt128)(exponent == 0 ? fraction : fraction | HiddenBit) << (int.Max(exponent - 1, 0) % 64);
        ulong* place = sum + (int.Max(exponent - 1, 0) / 64);
        if (bits >= 0)
        {
            Increase(place, (ulong)shifted, (ulong)(shifted >> 64), sum + NumberWords);
        }
        else
        {
            Decrease(place, (ulong)shifted, (ulong)(shifted >> 64), sum + NumberWords);
        }
    }

    /// <summary>Adds another sum.</summary>
    public static void Add(Span<ulong> sum, ReadOnlySpan<ulong> other)
    {
        ulong carry = 0;
        for (int word = 0; word < NumberWords; word++)
        {
            UInt128 added = (UInt128)sum[word] + other[word] + carry;
            sum[word] = (ulong)added;
            carry = (ulong)(added >> 64);
        }

        sum[Flags] |= other[Flags];
    }

    /// <summary>The double that is nearest to the sum, ties to even; of infinities of both signs, NaN.</summary>
    public static double Round(ReadOnlySpan<ulong> sum)
    {
        ulong flags = sum[Flags];
        if (flags != 0)
        {
            return flags == SawPositiveInfinity ? double.PositiveInfinity
                : flags == SawNegativeInfinity ? double.NegativeInfinity
                : double.NaN;
        }

        BigInteger number = new(MemoryMarshal.AsBytes(sum[..NumberWords]));
        BigInteger magnitude = BigInteger.Abs(number);
        int dropped = int.Max((int)(long)magnitude.GetBitLength() - (FractionBits + 1), 0);
        ulong kept = (ulong)(magnitude >> dropped);
        BigInteger rest = magnitude - ((BigInteger)kept << dropped);
        int comparison = dropped == 0 ? -1 : rest.CompareTo(BigInteger.One << (dropped - 1));
        kept += comparison > 0 || (comparison == 0 && (kept & 1) != 0) ? 1UL : 0;

        // The bits of doubles go up as the doubles do: a carry out of the fraction is one into the exponent, and so is the hidden bit.
        UInt128 bits = (UInt128)kept + ((UInt128)dropped << FractionBits);
        double rounded = bits >= (UInt128)ExponentMask << FractionBits ? double.PositiveInfinity : BitConverter.UInt64BitsToDouble((ulong)bits);
        return number.Sign < 0 ? -rounded : rounded;
    }

    private static void Increase(ulong* place, ulong low, ulong high, ulong* end)
    {
        place[0] += low;
        UInt128 next = (UInt128)place[1] + high + (place[0] < low ? 1UL : 0);
        place[1] = (ulong)next;
        if ((ulong)(next >> 64) != 0)
        {
            for (place += 2; place < end && ++*place == 0; place++)
            {
            }
        }
    }

    private static void Decrease(ulong* place, ulong low, ulong high, ulong* end)
    {
        ulong borrow = place[0] < low ? 1UL : 0;
        place[0] -= low;
        UInt128 taken = (UInt128)high + borrow;
        bool borrows = place[1] < taken;
        place[1] -= (ulong)taken;
        if (borrows)
        {
            for (place += 2; place < end && (*place)-- == 0; place++)
            {
            }
        }
    }
}
