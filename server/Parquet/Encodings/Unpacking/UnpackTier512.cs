using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NearData.Parquet.Encodings.Unpacking;

/// <summary>Sixteen values at a time: AVX-512 with byte permutation (VBMI).</summary>
internal sealed class UnpackTier512 : IUnpackTier
{
    private const int Lanes = 16;

    public static bool IsSupported => Avx512Vbmi.IsSupported;

    public static int Unpack(ReadOnlySpan<byte> packed, int width, Span<uint> values)
    {
        Vector512<byte> bytes = LanePlan.Bytes512[width];
        Vector512<uint> shifts = LanePlan.Shifts512[width];
        Vector512<uint> mask = Vector512.Create(LanePlan.Mask(width));
        ref byte source = ref MemoryMarshal.GetReference(packed);
        ref uint target = ref MemoryMarshal.GetReference(values);
        int done = 0;
        for (int at = 0; values.Length - done >= Lanes && packed.Length - at >= Vector512<byte>.Count; at += 2 * width)
        {
            Vector512<uint> lanes = Avx512Vbmi.PermuteVar64x8(Vector512.LoadUnsafe(ref source, (nuint)at), bytes).AsUInt32();
            (Avx512F.ShiftRightLogicalVariable(lanes, shifts) & mask).StoreUnsafe(ref Unsafe.Add(ref target, done));
            done += Lanes;
        }

        return done;
    }
}
