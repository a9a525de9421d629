using NearData.Formats.Structure;
using NearData.TestSupport;

namespace NearData.Formats.Tests;

/// <summary>Each tier of vectors against the plainest loop, whatever tier the processor would choose.</summary>
public sealed class StructureTierTests
{
    private static readonly byte[] Letters = "\",|\n\r;ab\0\u007f"u8.ToArray();

    [Fact]
    public void One_byte_at_a_time_finds_what_is_there() => Check<StructureTierOne>();

    [Fact]
    public void Vectors_of_128_bits_find_what_is_there() => Check<StructureTier128>();

    [FactNeeding(Needs.Avx2)]
    public void Vectors_of_256_bits_find_what_is_there() => Check<StructureTier256>();

    [FactNeeding(Needs.Avx512Vbmi)]
    public void Vectors_of_512_bits_find_what_is_there() => Check<StructureTier512>();

    [Fact]
    public void Quoted_bytes_are_those_behind_an_odd_number_of_quotes()
    {
        Random random = new(1);
        for (int round = 0; round < 10_000; round++)
        {
            ulong bits = (ulong)random.NextInt64() & (ulong)random.NextInt64();
            ulong expected = 0;
            bool isOdd = false;
            for (int bit = 0; bit < 64; bit++)
            {
                isOdd ^= (bits >> bit & 1) != 0;
                expected |= isOdd ? 1ul << bit : 0;
            }

            Assert.Equal(expected, QuoteState.PrefixXor(bits));
        }
    }

    private static void Check<TTier>()
        where TTier : struct, IStructureTier
    {
        Random random = new(2);
        for (int round = 0; round < 3000; round++)
        {
            byte[] text = new byte[random.Next(400)];
            int kinds = random.Next(1, Letters.Length + 1);
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = Letters[random.Next(kinds)];
            }

            byte delimiter = Letters[random.Next(1, 3)];
            byte quote = random.Next(4) == 0 ? (byte)0 : (byte)'"';
            (int[] ends, int[] newlines, int misplaced) = NaiveStructure.Of(text, delimiter, quote);
            StructureScanner scanner = new(delimiter, quote);
            EndList foundEnds = new();
            EndList foundNewlines = new();
            foundEnds.Restart(text.Length);
            foundNewlines.Restart(text.Length);
            // In several goes: what is between two of them has to go on.
            for (int most = 64; scanner.Position < text.Length && scanner.Misplaced < 0; most += random.Next(200))
            {
                scanner.Scan<TTier>(text, most, foundEnds, foundNewlines);
            }

            Assert.Equal(misplaced, scanner.Misplaced);
            Assert.Equal(ends, foundEnds.Places.ToArray());
            Assert.Equal(newlines, foundNewlines.Places.ToArray());
        }
    }
}
