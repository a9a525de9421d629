using System.Buffers.Binary;

namespace NearData.Formats.Tests;

/// <summary>Writes Zstandard frames that compress nothing (RFC 8878, 3.1.1): raw blocks, without a checksum.</summary>
internal static class ZstdFrame
{
    /// <summary>Bytes before the text.</summary>
    public const int HeaderLength = 4 + 1 + 4 + 3;

    /// <summary>One segment whose length is in the header, and one block.</summary>
    public static byte[] Of(ReadOnlySpan<byte> text)
    {
        byte[] frame = new byte[HeaderLength + text.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, 0xFD2FB528);
        frame[4] = 0b1010_0000;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(5), text.Length);
        int header = (text.Length << 3) | 1;
        frame[9] = (byte)header;
        frame[10] = (byte)(header >> 8);
        frame[11] = (byte)(header >> 16);
        text.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }
}
