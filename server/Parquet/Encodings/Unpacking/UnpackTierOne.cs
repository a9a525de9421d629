using System.Buffers.Binary;

namespace NearData.Parquet.Encodings.Unpacking;

/// <summary>One value at a time, out of 64-bit words: what every processor has.</summary>
internal sealed class UnpackTierOne : IUnpackTier
{
    /// <summary>Values of a group.</summary>
    private const int Group = 8;

    public static bool IsSupported => true;

    public static int Unpack(ReadOnlySpan<byte> packed, int width, Span<uint> values)
    {
        uint mask = LanePlan.Mask(width);
        int done = 0;
        for (; values.Length - done >= Group && packed.Length >= width + sizeof(ulong); packed = packed[width..])
        {
            Span<uint> group = values.Slice(done, Group);
            for (int pair = 0; pair < Group; pair += 2)
            {
                // Two values are at most 50 bits, and start within the word's first byte.
                int bit = pair * width;
                ulong word = BinaryPrimitives.ReadUInt64LittleEndian(packed[(bit / 8)..]) >> (bit % 8);
                group[pair] = (uint)word & mask;
                group[pair + 1] = (uint)(word >> width) & mask;
            }

            done += Group;
        }

        return done;
    }
}
