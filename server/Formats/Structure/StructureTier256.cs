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

    public static JsonMasks FindJson(ref readonly byte bytes)
    {
        Vector256<byte> low = Vector256.LoadUnsafe(in bytes);
        Vector256<byte> high = Vector256.LoadUnsafe(in bytes, (nuint)Vector256<byte>.Count);

        // Braces are brackets with this bit set, and nothing else becomes one of them by it.
        Vector256<byte> lowBrace = low | Vector256.Create((byte)0x20);
        Vector256<byte> highBrace = high | Vector256.Create((byte)0x20);
        Vector256<byte> space = Vector256.Create((byte)' ');
        return new JsonMasks(
            Mask(low, high, (byte)'"'),
            Mask(low, high, (byte)'\\'),
            Mask(low, high, (byte)',') | Mask(lowBrace, highBrace, (byte)'{') | Mask(lowBrace, highBrace, (byte)'}'),
            Vector256.LessThan(low, space).ExtractMostSignificantBits() | (ulong)Vector256.LessThan(high, space).ExtractMostSignificantBits() << 32,
            Mask(low, high, (byte)'\n'));
    }

    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value)
    {
        Vector256<byte> wanted = Vector256.Create(value);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits() | (ulong)Vector256.Equals(high, wanted).ExtractMostSignificantBits() << 32;
    }
}
