using System.Runtime.Intrinsics;

namespace NearData.Formats.Structure;

/// <summary>16 bytes at a time: what every instruction set of vectors has (SSE2, NEON).</summary>
internal readonly struct StructureTier128 : IStructureTier
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static BlockMasks Find(ref readonly byte bytes, byte delimiter, byte quote)
    {
        BlockMasks masks = default;
        for (int part = 0; part < 64; part += Vector128<byte>.Count)
        {
            Vector128<byte> block = Vector128.LoadUnsafe(in bytes, (nuint)part);
            masks = new BlockMasks(
                masks.Delimiters | Mask(block, delimiter) << part,
                masks.Quotes | (quote == 0 ? 0 : Mask(block, quote) << part),
                masks.Newlines | Mask(block, (byte)'\n') << part,
                masks.Returns | Mask(block, (byte)'\r') << part);
        }

        return masks;
    }

    public static JsonMasks FindJson(ref readonly byte bytes)
    {
        JsonMasks masks = default;
        for (int part = 0; part < 64; part += Vector128<byte>.Count)
        {
            Vector128<byte> block = Vector128.LoadUnsafe(in bytes, (nuint)part);

            // Braces are brackets with this bit set, and nothing else becomes one of them by it.
            Vector128<byte> brace = block | Vector128.Create((byte)0x20);
            ulong structural = Mask(block, (byte)',') | Mask(brace, (byte)'{') | Mask(brace, (byte)'}');
            ulong controls = Vector128.LessThan(block, Vector128.Create((byte)' ')).ExtractMostSignificantBits();
            masks = new JsonMasks(
                masks.Quotes | Mask(block, (byte)'"') << part,
                masks.Backslashes | Mask(block, (byte)'\\') << part,
                masks.Structural | structural << part,
                masks.Controls | controls << part,
                masks.Newlines | Mask(block, (byte)'\n') << part);
        }

        return masks;
    }

    private static ulong Mask(Vector128<byte> block, byte value) => Vector128.Equals(block, Vector128.Create(value)).ExtractMostSignificantBits();
}
