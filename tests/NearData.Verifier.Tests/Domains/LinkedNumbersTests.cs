using NearData.Verifier.Analysis;
using NearData.Verifier.Domains;
using NearData.Verifier.Values;

namespace NearData.Verifier.Tests.Domains;

/// <summary>What a bound on one number tells of another that is linked with it, at eight bits against every number.</summary>
public sealed class LinkedNumbersTests
{
    private static readonly Term Root = new Term.Made(1);

    private static readonly byte[] Ends = [0, 1, 5, 100, 127, 128, 129, 200, 254, 255];

    [Fact]
    public void A_bound_on_a_byte_tells_only_what_is_true_of_the_byte_a_constant_away()
    {
        Value.Number sum = new(Scalar.Bytes(1), Root.Extend(8, isSigned: false)!);
        for (int distance = 0; distance < 256; distance++)
        {
            // The number is root + distance modulo 256, and the root's low byte is bounded.
            Term away = new Term.Extended(Root.Add((ulong)distance) ?? Root, 8, IsSigned: false);
            Value.Number number = sum with { Term = away };
            foreach ((byte least, byte most) in Pairs())
            {
                Scalar told = Scalar.Of(Word<ulong, long>.FromUnsigned(new(least, most)), Word<uint, int>.Unknown);
                Scalar range = LinkedNumbers.Refine(number, Root.Extend(8, isSigned: false)!, told)?.Range ?? number.Range;
                for (int root = least; root <= most; root++)
                {
                    Assert.True(range.Contains((byte)(root + distance)), $"{root} + {distance} modulo 256 is not in {range}, told that the root is in {told}");
                }
            }
        }
    }

    [Fact]
    public void A_bound_on_a_number_tells_only_what_is_true_of_the_number_a_constant_away()
    {
        Random random = new(3);
        for (int round = 0; round < 20_000; round++)
        {
            ulong distance = random.Next(2) == 0 ? (ulong)random.Next(-300, 300) : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            int bits = random.Next(2) == 0 ? 64 : 32;
            Term sum = Root.Add(distance) ?? Root;
            Value.Number number = new(bits == 64 ? Scalar.Unknown : Scalar.Bytes(4), bits == 64 ? sum : new Term.Extended(sum, 32, IsSigned: false));
            ulong root = random.Next(2) == 0 ? (ulong)random.Next(-300, 300) : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            long reach = random.Next(1000);
            long least = long.Max(long.MinValue + reach, (long)root) - random.NextInt64(reach + 1);
            long most = long.Min(long.MaxValue - reach, (long)root) + random.NextInt64(reach + 1);
            Scalar told = Scalar.Between(long.Min(least, (long)root), long.Max(most, (long)root));
            Scalar range = LinkedNumbers.Refine(number, Root, told)?.Range ?? number.Range;
            ulong seen = bits == 64 ? root + distance : (uint)(root + distance);
            Assert.True(range.Contains(seen), $"{root} + {distance} in {bits} bits is not in {range}, told that the root is in {told}");
        }
    }

    [Fact]
    public void A_bound_on_a_number_tells_only_what_is_true_of_its_extensions()
    {
        foreach (bool isSigned in (bool[])[false, true])
        {
            foreach ((byte least, byte most) in Pairs())
            {
                Value.Number extended = new(isSigned ? Scalar.Between(-128, 127) : Scalar.Bytes(1), Root.Extend(8, isSigned)!);
                Scalar told = Scalar.Between(least - 64, most - 64);
                Scalar range = LinkedNumbers.Refine(extended, Root, told)?.Range ?? extended.Range;
                for (int root = least - 64; root <= most - 64; root++)
                {
                    long seen = isSigned ? (sbyte)root : (byte)root;
                    Assert.True(range.Contains((ulong)seen), $"{root} extended from 8 bits is not in {range}, told that it is in {told}");
                }
            }
        }
    }

    private static IEnumerable<(byte Least, byte Most)> Pairs() => from least in Ends from most in Ends where least <= most select (least, most);
}
