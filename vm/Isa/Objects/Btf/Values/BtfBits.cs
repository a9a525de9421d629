namespace NearData.Isa.Objects.Btf.Values;

/// <summary>Up to 128 bits anywhere in little-endian bytes: bit fields and numbers.</summary>
internal static class BtfBits
{
    /// <summary>Sets some bits and leaves those around them.</summary>
    /// <param name="place">At least as many bytes as the bits reach.</param>
    /// <param name="firstBit">From the lowest of the first byte.</param>
    /// <param name="bits">How many, from 0 to 128.</param>
    /// <param name="value">What they become; higher bits are left out.</param>
    public static void Write(Span<byte> place, int firstBit, int bits, UInt128 value)
    {
        for (int done = 0; done < bits;)
        {
            int at = firstBit + done;
            int inByte = at % 8;
            int count = Math.Min(8 - inByte, bits - done);
            int mask = ((1 << count) - 1) << inByte;
            int part = (int)(byte)(value >> done) << inByte;
            ref byte target = ref place[at / 8];
            target = (byte)((target & ~mask) | (part & mask));
            done += count;
        }
    }
}
