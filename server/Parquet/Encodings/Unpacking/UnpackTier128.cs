using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NearData.Parquet.Encodings.Unpacking;

/// <summary>Four values at a time, with what every instruction set of 128-bit vectors has (SSSE3, NEON).</summary>
internal sealed class UnpackTier128 : IUnpackTier
{
    private const int Lanes = 4;

    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static int Unpack(ReadOnlySpan<byte> packed, int width, Span<uint> values)
    {
        Vector256<byte> bytes = LanePlan.Bytes256[width];
        Vector256<uint> lifts = LanePlan.Lifts256[width];
        Vector128<uint> mask = Vector128.Create(LanePlan.Mask(width));
        ref byte source = ref MemoryMarshal.GetReference(packed);
        ref uint target = ref MemoryMarshal.GetReference(values);
        int half = LanePlan.SecondHalf(width);
        int done = 0;
        for (int at = 0; values.Length - done >= 2 * Lanes && packed.Length - at >= half + Vector128<byte>.Count; at += width)
        {
            Vector128<byte> low = Vector128.LoadUnsafe(ref source, (nuint)at);
            Vector128<byte> high = Vector128.LoadUnsafe(ref source, (nuint)(at + half));
            Cut(low, bytes.GetLower(), lifts.GetLower(), mask).StoreUnsafe(ref Unsafe.Add(ref target, done));
            Cut(high, bytes.GetUpper(), lifts.GetUpper(), mask).StoreUnsafe(ref Unsafe.Add(ref target, done + Lanes));
            done += 2 * Lanes;
        }

        return done;
    }

    private static Vector128<uint> Cut(Vector128<byte> packed, Vector128<byte> bytes, Vector128<uint> lifts, Vector128<uint> mask) =>
        ((Vector128.Shuffle(packed, bytes).AsUInt32() * lifts) >>> LanePlan.LiftedBit) & mask;
}
