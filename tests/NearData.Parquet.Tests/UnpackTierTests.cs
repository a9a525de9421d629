using NearData.Parquet.Encodings;
using NearData.Parquet.Encodings.Unpacking;
using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>Each tier of vectors against the plainest loop, whatever tier the processor would choose.</summary>
public sealed class UnpackTierTests
{
    [Fact]
    public void One_value_at_a_time_gives_what_lies_there() => CheckAllWidths<UnpackTierOne>();

    [Fact]
    public void Vectors_of_128_bits_give_what_lies_there() => CheckAllWidths<UnpackTier128>();

    [FactNeeding(Needs.Avx2)]
    public void Vectors_of_256_bits_give_what_lies_there() => CheckAllWidths<UnpackTier256>();

    [FactNeeding(Needs.Avx512Vbmi)]
    public void Vectors_of_512_bits_give_what_lies_there() => CheckAllWidths<UnpackTier512>();

    [Fact]
    public void Streams_of_every_length_are_joined()
    {
        Random random = new(3);
        for (int length = 0; length < 70; length++)
        {
            int stride = length + random.Next(9);
            byte[] streams = Bytes(random, (8 * stride) + length);
            uint[] narrow = new uint[length];
            ulong[] wide = new ulong[length];
            StreamJoin.Four(streams, stride, narrow);
            StreamJoin.Eight(streams, stride, wide);
            for (int i = 0; i < length; i++)
            {
                byte[] bytes = [.. Enumerable.Range(0, 8).Select(stream => streams[(stream * stride) + i])];
                Assert.Equal(BitConverter.ToUInt32(bytes), narrow[i]);
                Assert.Equal(BitConverter.ToUInt64(bytes), wide[i]);
            }
        }
    }

    [Fact]
    public void Streams_that_are_too_short_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StreamJoin.Eight(new byte[79], 10, new ulong[10]));

    private static void CheckAllWidths<TTier>()
        where TTier : IUnpackTier
    {
        Random random = new(1);
        for (int width = 1; width <= LanePlan.MostBits; width++)
        {
            // Slack: whether the last bytes are there decides how far a tier gets.
            for (int slack = 0; slack < 70; slack++)
            {
                uint[] expected = [.. Enumerable.Range(0, 8 * random.Next(1, 12)).Select(_ => (uint)random.Next(1 << width))];
                byte[] packed = Packed(expected, width, slack);
                uint[] values = new uint[expected.Length + random.Next(8)];
                int done = TTier.Unpack(packed, width, values);
                done = Math.Min(done, expected.Length);
                Assert.Equal(0, done % 8);
                Assert.Equal(expected[..done], values[..done]);
                if (slack >= 64)
                {
                    Assert.True(expected.Length - done < 16, $"{done} of {expected.Length} values of {width} bits");
                }
            }
        }
    }

    private static byte[] Packed(uint[] values, int width, int slack)
    {
        byte[] packed = new byte[(values.Length * width / 8) + slack];
        for (int bit = 0; bit < values.Length * width; bit++)
        {
            packed[bit / 8] |= (byte)(((values[bit / width] >> (bit % width)) & 1) << (bit % 8));
        }

        return packed;
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
