using NearData.Verifier.Domains;
using ByteWord = NearData.Verifier.Domains.Word<byte, sbyte>;

namespace NearData.Verifier.Tests.Domains;

/// <summary>Sets of bytes, all of them or those with interesting ends, with their members.</summary>
internal static class ByteSets
{
    private static readonly byte[] Ends = [0, 1, 3, 100, 126, 127, 128, 129, 200, 254, 255];

    /// <summary>All 6,561 tnums of eight bits.</summary>
    public static Tnum<byte>[] Tnums { get; } =
    [
        .. from mask in Enumerable.Range(0, 256)
           from value in Enumerable.Range(0, 256)
           where (value & mask) == 0
           select new Tnum<byte>((byte)value, (byte)mask),
    ];

    /// <summary>All intervals, of unsigned and of signed bytes, and all tnums, as words.</summary>
    public static IEnumerable<ByteWord> Words =>
        Tnums.Select(tnum => ByteWord.Of(tnum, Interval<byte>.Full, Interval<sbyte>.Full))
            .Concat(Intervals([.. Enumerable.Range(0, 256).Select(number => (byte)number)]));

    /// <summary>Words that binary operations are tried on pair by pair: intervals whose ends lie where something wraps, and some tnums.</summary>
    public static ByteWord[] Interesting { get; } =
    [
        .. Intervals(Ends),
        .. Tnums.Where((_, index) => index % 101 == 0).Select(tnum => ByteWord.Of(tnum, Interval<byte>.Full, Interval<sbyte>.Full)),
    ];

    public static byte[] Members(ByteWord word) =>
        [.. Enumerable.Range(0, 256).Select(number => (byte)number).Where(word.Contains)];

    public static byte[] Members(Tnum<byte> tnum) =>
        [.. Enumerable.Range(0, 256).Select(number => (byte)number).Where(tnum.Contains)];

    private static IEnumerable<ByteWord> Intervals(byte[] ends) =>
        from first in ends
        from last in ends
        where first <= last
        from word in (ByteWord[])
        [
            ByteWord.FromUnsigned(new(first, last)),
            ByteWord.FromSigned(new(sbyte.Min((sbyte)first, (sbyte)last), sbyte.Max((sbyte)first, (sbyte)last))),
        ]
        select word;
}
