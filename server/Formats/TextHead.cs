using NearData.Formats.Streams;

namespace NearData.Formats;

/// <summary>The text at a file's head, which its columns are inferred from.</summary>
public static class TextHead
{
    /// <summary>Compressed bytes that are expanded at a time.</summary>
    private const int PieceLength = 1 << 16;

    /// <summary>The first <see cref="TextLimits.SampleLength"/> bytes of a file's text, or all of it.</summary>
    /// <param name="file">Its name, which says how it is compressed.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="read">Reads so many bytes from an offset on; fewer where the file is shorter.</param>
    /// <exception cref="StreamFormatException">It is compressed, and corrupt.</exception>
    /// <exception cref="DecoderUnavailableException">It is compressed, and this machine lacks the library.</exception>
    public static (byte[] Text, TextEnd End) Of(string file, long length, Func<long, int, byte[]> read)
    {
        TextCompression compression = TextFileName.Of(file).Compression;
        return compression != TextCompression.None ? Expand(file, length, read, compression)
            : (read(0, TextLimits.SampleLength), length > TextLimits.SampleLength ? TextEnd.Open : TextEnd.Closed);
    }

    private static (byte[] Text, TextEnd End) Expand(string file, long length, Func<long, int, byte[]> read, TextCompression compression)
    {
        using StreamDecoder decoder = StreamDecoder.Create(file, compression);
        byte[] text = new byte[TextLimits.SampleLength];
        int filled = 0;
        for (long offset = 0; offset < length; offset += PieceLength)
        {
            decoder.Feed(read(offset, PieceLength));
            for (int count = 1; count > 0 && filled < text.Length; filled += count)
            {
                count = decoder.Read(text.AsSpan(filled));
            }

            if (filled == text.Length)
            {
                return (text, TextEnd.Open);
            }
        }

        decoder.Finish();
        return (text[..filled], TextEnd.Closed);
    }
}
