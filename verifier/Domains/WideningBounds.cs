using System.Collections.Immutable;

namespace NearData.Verifier.Domains;

/// <summary>Numbers that a growing bound goes on to: a few that code likes, and those that a program compares with. Immutable.</summary>
public sealed class WideningBounds
{
    /// <summary>Each may be a step of a chain, so there are few.</summary>
    private const int MostOwn = 64;

    // What is less than a number of a type is at most the one in front of its greatest.
    private static readonly ImmutableArray<Int128> Common =
    [
        long.MinValue, long.MinValue + 1, int.MinValue, int.MinValue + 1, short.MinValue, -1, 0, 1, 7, 15, 31, 63, 127, 255, 511, 1023, 4095,
        ushort.MaxValue, 1 << 20, 1 << 24, int.MaxValue - 1, int.MaxValue, uint.MaxValue - 1, uint.MaxValue, long.MaxValue - 1, long.MaxValue,
        ulong.MaxValue,
    ];

    private readonly ImmutableArray<Int128> _ascending;

    private WideningBounds(ImmutableArray<Int128> ascending) => _ascending = ascending;

    /// <summary>Those that code likes.</summary>
    public static WideningBounds Standard { get; } = new(Common);

    /// <summary>Besides them, numbers that are compared with, and their neighbours: what a comparison leaves ends at one of these.</summary>
    public static WideningBounds With(IEnumerable<int> compared) => new(
    [
        .. compared.Distinct().Take(MostOwn / 3).SelectMany(number => (Int128[])[(Int128)number - 1, number, (Int128)number + 1]).Concat(Common).Distinct().Order(),
    ]);

    /// <summary>The greatest that is not above a number.</summary>
    public Int128 AtMost(Int128 number) => _ascending.Last(bound => bound <= number);

    /// <summary>The least that is not below a number.</summary>
    public Int128 AtLeast(Int128 number) => _ascending.First(bound => bound >= number);
}
