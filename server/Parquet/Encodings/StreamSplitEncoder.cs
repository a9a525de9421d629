using System.Buffers;

namespace NearData.Parquet.Encodings;

/// <summary>Writes BYTE_STREAM_SPLIT (Encodings.md), which <see cref="StreamSplit"/> reads.</summary>
internal static class StreamSplitEncoder
{
    /// <param name="plain">The values, all of the same width.</param>
    /// <param name="width">Bytes per value.</param>
    public static void Encode(ReadOnlySpan<byte> plain, int width, IBufferWriter<byte> target)
    {
        int count = plain.Length / width;
        Span<byte> streams = target.GetSpan(plain.Length);
        for (int stream = 0; stream < width; stream++)
        {
            for (int i = 0; i < count; i++)
            {
                streams[stream * count + i] = plain[i * width + stream];
            }
        }

        target.Advance(plain.Length);
    }
}
