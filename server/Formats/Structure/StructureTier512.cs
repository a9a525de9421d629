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
            Vector512.Equals(block, Vector512.Create(delimiter)).ExtractMostSignificantBits(),
            quote == 0 ? 0 : Vector512.Equals(block, Vector512.Create(quote)).ExtractMostSignificantBits(),
            Vector512.Equals(block, Vector512.Create((byte)'\n')).ExtractMostSignificantBits(),
            Vector512.Equals(block, Vector512.Create((byte)'\r')).ExtractMostSignificantBits());
    }
}
