using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NearData.Parquet.Encodings.Unpacking;

/// <summary>Eight values at a time: AVX2.</summary>
internal sealed class UnpackTier256 : IUnpackTier
{
    private const int Lanes = 8;

    public static bool IsSupported => Avx2.IsSupported;

    public static int Unpack(ReadOnlySpan<byte> packed, int width, Span<uint> values)
    {
        Vector256<byte> bytes = LanePlan.Bytes256[width];
        Vector256<uint> shifts = LanePlan.Shifts256[width];
        Vector256<uint> mask = Vector256.Create(LanePlan.Mask(width));
        ref byte source = ref MemoryMarshal.GetReference(packed);
        ref uint target = ref MemoryMarshal.GetReference(values);
        int half = LanePlan.SecondHalf(width);
        int done = 0;
        for (int at = 0; values.Length - done >= Lanes && packed.Length - at >= half + Vector128<byte>.Count; at += width)
        {
            Vector256<byte> group = Vector256.Create(
                Vector128.LoadUnsafe(ref source, (nuint)at), Vector128.LoadUnsafe(ref source, (nuint)(at + half)));
            Vector256<uint> lanes = Avx2.Shuffle(group, bytes).AsUInt32();
            (Avx2.ShiftRightLogicalVariable(lanes, shifts) & mask).StoreUnsafe(ref Unsafe.Add(ref target, done));
            done += Lanes;
        }

        return done;
    }
}
