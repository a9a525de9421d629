using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NearData.Parquet.Encodings;

/// <summary>Puts values together whose bytes lie in streams of the same length: all first bytes, all second bytes, and so on.</summary>
internal static class StreamJoin
{
    private const int Lanes = 16;

    // Lane v gets byte v of each of the four streams that lie in the vector, one quarter each.
    private static readonly Vector512<byte> Quarters = Vector512.Create(
        [.. Enumerable.Range(0, Lanes).SelectMany(value => Enumerable.Range(0, 4).Select(stream => (byte)((stream * Lanes) + value)))]);

    // Low and high halves of eight values in turn; the second vector's lanes count from 16.
    private static readonly Vector512<uint> FirstEight = Vector512.Create([.. Enumerable.Range(0, 8).SelectMany(lane => (uint[])[(uint)lane, (uint)lane + Lanes])]);

    private static readonly Vector512<uint> SecondEight = FirstEight + Vector512.Create(8u);

    /// <summary>Joins streams of equal length, as many as a value of <paramref name="plain"/> has bytes: four.</summary>
    /// <param name="streams">The streams, one after the other, each <paramref name="stride"/> bytes after the one before.</param>
    /// <param name="stride">Bytes from a stream's start to the next one's.</param>
    /// <param name="plain">The values.</param>
    public static void Four(ReadOnlySpan<byte> streams, int stride, Span<uint> plain)
    {
        Require(streams, stride, 4, plain.Length);
        ref byte source = ref MemoryMarshal.GetReference(streams);
        int done = 0;
        for (; Avx512Vbmi.IsSupported && plain.Length - done >= Lanes; done += Lanes)
        {
            Quad(ref Unsafe.Add(ref source, done), stride).StoreUnsafe(ref plain[done]);
        }

        for (; done < plain.Length; done++)
        {
            plain[done] = One(ref Unsafe.Add(ref source, done), stride);
        }
    }

    /// <summary>As <see cref="Four"/>, for values of eight bytes.</summary>
    public static void Eight(ReadOnlySpan<byte> streams, int stride, Span<ulong> plain)
    {
        Require(streams, stride, 8, plain.Length);
        ref byte source = ref MemoryMarshal.GetReference(streams);
        ref byte upper = ref Unsafe.Add(ref source, (nint)4 * stride);
        int done = 0;
        for (; Avx512Vbmi.IsSupported && plain.Length - done >= Lanes; done += Lanes)
        {
            Vector512<uint> low = Quad(ref Unsafe.Add(ref source, done), stride);
            Vector512<uint> high = Quad(ref Unsafe.Add(ref upper, done), stride);
            Avx512F.PermuteVar16x32x2(low, FirstEight, high).AsUInt64().StoreUnsafe(ref plain[done]);
            Avx512F.PermuteVar16x32x2(low, SecondEight, high).AsUInt64().StoreUnsafe(ref plain[done + (Lanes / 2)]);
        }

        for (; done < plain.Length; done++)
        {
            plain[done] = One(ref Unsafe.Add(ref source, done), stride) | ((ulong)One(ref Unsafe.Add(ref upper, done), stride) << 32);
        }
    }

    private static Vector512<uint> Quad(ref byte source, int stride)
    {
        Vector256<byte> low = Vector256.Create(Vector128.LoadUnsafe(ref source), Vector128.LoadUnsafe(ref source, (nuint)stride));
        Vector256<byte> high = Vector256.Create(
            Vector128.LoadUnsafe(ref source, 2 * (nuint)stride), Vector128.LoadUnsafe(ref source, 3 * (nuint)stride));
        return Avx512Vbmi.PermuteVar64x8(Vector512.Create(low, high), Quarters).AsUInt32();
    }

    private static uint One(ref byte source, int stride) =>
        source | ((uint)Unsafe.Add(ref source, stride) << 8) | ((uint)Unsafe.Add(ref source, (nint)2 * stride) << 16)
        | ((uint)Unsafe.Add(ref source, (nint)3 * stride) << 24);

    // What follows reads without checks of its own.
    private static void Require(ReadOnlySpan<byte> streams, int stride, int count, int values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, values);
        ArgumentOutOfRangeException.ThrowIfLessThan(streams.Length, ((long)(count - 1) * stride) + values);
    }
}
