using System.Buffers.Binary;

namespace NearData.Parquet.Pages;

/// <summary>The CRC-32 of GZip (RFC 1952, 8), which Parquet's pages carry; eight bytes per step.</summary>
internal static class Crc32
{
    private const uint ReversedPolynomial = 0xEDB88320;

    // Table k holds the effect of a byte that is followed by k zero bytes.
    private static readonly uint[][] Tables = BuildTables();

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Continue(~0u, bytes);

    /// <summary>That of two parts, one after the other.</summary>
    public static uint Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => ~Continue(Continue(~0u, first), second);

    private static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint[] t0 = Tables[0], t1 = Tables[1], t2 = Tables[2], t3 = Tables[3];
        uint[] t4 = Tables[4], t5 = Tables[5], t6 = Tables[6], t7 = Tables[7];
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = t7[(byte)word] ^ t6[(byte)(word >> 8)] ^ t5[(byte)(word >> 16)] ^ t4[(byte)(word >> 24)]
                ^ t3[(byte)(word >> 32)] ^ t2[(byte)(word >> 40)] ^ t1[(byte)(word >> 48)] ^ t0[(byte)(word >> 56)];
        }

        foreach (byte next in bytes)
        {
            crc = t0[(byte)(crc ^ next)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[][] BuildTables()
    {
        uint[][] tables = new uint[8][];
        for (int k = 0; k < tables.Length; k++)
        {
            tables[k] = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                uint crc = k == 0 ? i : tables[k - 1][i];
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ ReversedPolynomial : crc >> 1;
                }

                tables[k][i] = crc;
            }
        }

        return tables;
    }
}
