using System.Runtime.Intrinsics;

namespace NearData.Formats.Structure;

/// <summary>64 bytes at a time: AVX-512.</summary>
internal readonly struct StructureTier512 : IStructureTier
{
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    public static BlockMasks Find(ref readonly byte bytes, byte delimiter, byte quote)
    {
        Vector512<byte> block = Vector512.LoadUnsafe(in bytes);
        return new BlockMasks(
            Mask(block, delimiter),
            quote == 0 ? 0 : Mask(block, quote),
            Mask(block, (byte)'\n'),
            Mask(block, (byte)'\r'));
    }

    public static JsonMasks FindJson(ref readonly byte bytes)
    {
        Vector512<byte> block = Vector512.LoadUnsafe(in bytes);

        // Braces are brackets with this bit set, and nothing else becomes one of them by it.
        Vector512<byte> brace = block | Vector512.Create((byte)0x20);
        return new JsonMasks(
            Mask(block, (byte)'"'),
            Mask(block, (byte)'\\'),
            Mask(block, (byte)',') | Mask(brace, (byte)'{') | Mask(brace, (byte)'}'),
            Vector512.LessThan(block, Vector512.Create((byte)' ')).ExtractMostSignificantBits(),
            Mask(block, (byte)'\n'));
    }

    private static ulong Mask(Vector512<byte> block, byte value) => Vector512.Equals(block, Vector512.Create(value)).ExtractMostSignificantBits();
}
