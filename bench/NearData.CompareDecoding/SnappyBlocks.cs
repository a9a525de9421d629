using System.Runtime.InteropServices;
using NearData.Parquet.Compression;

namespace NearData.CompareDecoding;

/// <summary>Snappy blocks of prices like lineitem's, decompressed here and by libsnappy where it is installed.</summary>
internal static partial class SnappyBlocks
{
    private const int Rows = 1 << 17;

    public static void Run()
    {
        byte[] plain = Prices();
        byte[] compressed = new byte[SnappyCompressor.Bound(plain.Length)];
        int length = SnappyCompressor.Compress(plain, compressed);
        byte[] own = new byte[plain.Length + BlockCodec.Slack];
        byte[] theirs = new byte[plain.Length];
        Console.WriteLine($"Snappy: {plain.Length} bytes of prices out of {length}");
        try
        {
            double[] seconds = LeastTime.Of(
                () => SnappyDecompressor.TryDecompress(compressed.AsSpan(0, length), own, plain.Length), () => Decompress(compressed, length, theirs));
            Console.WriteLine(
                $"own {plain.Length / seconds[0] / 1e9:F2} GB/s, libsnappy {plain.Length / seconds[1] / 1e9:F2} GB/s, ratio {seconds[1] / seconds[0]:F2}");
        }
        catch (DllNotFoundException)
        {
            Console.WriteLine("libsnappy is not installed (libsnappy1v5).");
        }

        if (!own.AsSpan(0, plain.Length).SequenceEqual(plain))
        {
            throw new InvalidOperationException("The decompressed bytes differ.");
        }
    }

    private static void Decompress(byte[] compressed, int length, byte[] target)
    {
        nuint written = (nuint)target.Length;
        if (Uncompress(compressed, (nuint)length, target, ref written) != 0)
        {
            throw new InvalidOperationException("libsnappy refuses the block.");
        }
    }

    // l_extendedprice: a quantity of 1 to 50 times a part's retail price, in hundredths (TPC-H, 4.2.3).
    private static byte[] Prices()
    {
        Random random = new(1);
        long[] prices = new long[Rows];
        for (int row = 0; row < prices.Length; row++)
        {
            int part = random.Next(1, 200_001);
            prices[row] = random.Next(1, 51) * (90_000L + (part / 10 % 20_001) + (100 * (part % 1000)));
        }

        return MemoryMarshal.AsBytes(prices.AsSpan()).ToArray();
    }

    [LibraryImport("libsnappy.so.1", EntryPoint = "snappy_uncompress")]
    private static partial int Uncompress(byte[] compressed, nuint length, byte[] target, ref nuint written);
}
