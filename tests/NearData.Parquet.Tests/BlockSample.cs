namespace NearData.Parquet.Tests;

/// <summary>Bytes to compress.</summary>
internal static class BlockSample
{
    /// <summary>Random bytes, repeated stretches at all distances, and long runs, in turn.</summary>
    public static byte[] Next(Random random, int limit = 200_000)
    {
        byte[] bytes = new byte[random.Next(random.Next(2) == 0 ? 100 : limit)];
        for (int position = 0; position < bytes.Length;)
        {
            Span<byte> part = bytes.AsSpan(position, Math.Min(bytes.Length - position, random.Next(1, 200)));
            int distance = random.Next(1, random.Next(2) == 0 ? 20 : 70_000);
            if (random.Next(3) == 0 || position < distance)
            {
                random.NextBytes(part);
            }
            else
            {
                for (int i = 0; i < part.Length; i++)
                {
                    part[i] = bytes[position + i - distance];
                }
            }

            position += part.Length;
        }

        return bytes;
    }
}
