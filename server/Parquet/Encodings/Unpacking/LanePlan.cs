using System.Runtime.Intrinsics;

namespace NearData.Parquet.Encodings.Unpacking;

/// <summary>
/// Where in a vector of packed bytes the value of each 32-bit lane lies, for each width: the four bytes that hold it, and the bit
/// of them that it starts at. Immutable.
/// </summary>
internal static class LanePlan
{
    /// <summary>The most bits that fit into four bytes wherever in the first of them they start.</summary>
    public const int MostBits = 25;

    /// <summary>By width: the bytes of sixteen values that lie one after the other.</summary>
    public static readonly Vector512<byte>[] Bytes512 = ByWidth(width => Vector512.Create(Bytes(width, first: 0, count: 16)));

    public static readonly Vector512<uint>[] Shifts512 = ByWidth(width => Vector512.Create(Shifts(width, first: 0, count: 16)));

    /// <summary>
    /// By width: the bytes of eight values. Each half counts from a start of its own (<see cref="SecondHalf"/>), since bytes can't be
    /// moved between halves.
    /// </summary>
    public static readonly Vector256<byte>[] Bytes256 =
        ByWidth(width => Vector256.Create([.. Bytes(width, first: 0, count: 4), .. Bytes(width, first: 4, count: 4)]));

    public static readonly Vector256<uint>[] Shifts256 = ByWidth(width => Vector256.Create(Shifts(width, first: 0, count: 8)));

    /// <summary>
    /// By width: factors that move each value up to the same bit, <see cref="LiftedBit"/>; a shift by a count of its own for each lane is
    /// not there in every instruction set, a product is.
    /// </summary>
    public static readonly Vector256<uint>[] Lifts256 =
        ByWidth(width => Vector256.Create([.. Shifts(width, first: 0, count: 8).Select(shift => 1u << (LiftedBit - (int)shift))]));

    public const int LiftedBit = 7;

    /// <summary>Bytes from a group's start to those that its fifth value lies in.</summary>
    public static int SecondHalf(int width) => 4 * width / 8;

    /// <summary>The bits of a value.</summary>
    public static uint Mask(int width) => (1u << width) - 1;

    private static byte[] Bytes(int width, int first, int count)
    {
        int start = first * width / 8;
        return [.. Enumerable.Range(first, count).SelectMany(value => Enumerable.Range((value * width / 8) - start, 4)).Select(place => (byte)place)];
    }

    private static uint[] Shifts(int width, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(value => (uint)(value * width) % 8)];

    private static T[] ByWidth<T>(Func<int, T> plan) => [.. Enumerable.Range(0, MostBits + 1).Select(plan)];
}
