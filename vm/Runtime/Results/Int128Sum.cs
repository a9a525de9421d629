using System.Numerics;
using System.Runtime.InteropServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Results;

/// <summary>A sum of 128-bit integers in 192 bits of two's complement: exact for 2^64 of them, in any order.</summary>
internal static unsafe class Int128Sum
{
    public const int Words = ResultField.Int128SumSize / sizeof(ulong);

    /// <summary>Adds a number of three words.</summary>
    public static void Add(ulong* sum, ulong low, ulong middle, ulong high)
    {
        UInt128 number = new(middle, low);
        UInt128 before = new(sum[1], sum[0]);
        UInt128 after = unchecked(before + number);
        sum[0] = (ulong)after;
        sum[1] = (ulong)(after >> 64);
        sum[2] += high + (after < number ? 1UL : 0);
    }

    /// <summary>Adds another sum.</summary>
    public static void Add(Span<ulong> sum, ReadOnlySpan<ulong> other)
    {
        fixed (ulong* words = sum)
        {
            Add(words, other[0], other[1], other[2]);
        }
    }

    public static BigInteger Read(ReadOnlySpan<ulong> sum) => new(MemoryMarshal.AsBytes(sum));
}
