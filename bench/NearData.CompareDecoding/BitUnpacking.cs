using NearData.Parquet.Encodings.Unpacking;

namespace NearData.CompareDecoding;

/// <summary>Bit-packed integers by each tier of vectors, against one value at a time and against the plainest loop, bit by bit.</summary>
internal static class BitUnpacking
{
    private const int Count = 1 << 16;
    private const int Repeats = 8;

    private static readonly uint[] Values = new uint[Count];

    public static void Run()
    {
        Console.WriteLine("Bit unpacking, values per nanosecond; in brackets, the ratio to one value at a time");
        Console.WriteLine($"{"bits",4}  {"bit by bit",18}  {"one at a time",18}  {"128 bits",18}  {"256 bits",18}  {"512 bits",18}");
        foreach (int width in (int[])[1, 2, 4, 6, 8, 11, 12, 16, 17, 20, 24, 25])
        {
            byte[] packed = new byte[(Count * width / 8) + 64];
            new Random(width).NextBytes(packed);
            double[] seconds = LeastTime.Of(
                () => BitByBit(packed, width),
                With<UnpackTierOne>(packed, width),
                With<UnpackTier128>(packed, width),
                With<UnpackTier256>(packed, width),
                With<UnpackTier512>(packed, width));
            Console.WriteLine($"{width,4}  {string.Join("  ", seconds.Select(time => Cell(time, seconds[1])))}");
        }
    }

    private static string Cell(double seconds, double scalar) =>
        seconds == 0 ? $"{"-",18}" : $"{Count * Repeats / seconds / 1e9,10:F2} ({scalar / seconds,5:F1})";

    private static Action With<TTier>(byte[] packed, int width)
        where TTier : IUnpackTier => () =>
    {
        for (int i = 0; i < Repeats && TTier.IsSupported; i++)
        {
            TTier.Unpack(packed, width, Values);
        }
    };

    private static void BitByBit(byte[] packed, int width)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            for (int i = 0; i < Count; i++)
            {
                uint value = 0;
                for (int bit = 0; bit < width; bit++)
                {
                    int at = (i * width) + bit;
                    value |= (uint)((packed[at >> 3] >> (at & 7)) & 1) << bit;
                }

                Values[i] = value;
            }
        }
    }
}
