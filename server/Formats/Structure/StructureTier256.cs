using System.Runtime.Intrinsics;

namespace NearData.Formats.Structure;

/// <summary>32 bytes at a time: AVX2.</summary>
internal readonly struct StructureTier256 : IStructureTier
{
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    public static BlockMasks Find(ref readonly byte bytes, byte delimiter, byte quote)
    {
        Vector256<byte> low = Vector256.LoadUnsafe(in bytes);
        Vector256<byte> high = Vector256.LoadUnsafe(in bytes, (nuint)Vector256<byte>.Count);
        return new BlockMasks(
            Mask(low, high, delimiter), quote == 0 ? 0 : Mask(low, high, quote), Mask(low, high, (byte)'\n'), Mask(low, high, (byte)'\r'));
    }

    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value)
    {
        Vector256<byte> wanted = Vector256.Create(value);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits() | (ulong)Vector256.Equals(high, wanted).ExtractMostSignificantBits() << 32;
    }
}
