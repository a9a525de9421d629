using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NearData.Engine.Execution;

/// <summary>As <see cref="CodeLanes256"/>, 16 at a time, with what every processor of these days has: SSSE3, or ARM's AdvSimd.</summary>
internal static class CodeLanes128
{
    private const int Lanes = 16;

    /// <summary>The most entries of a table: what two shuffles find.</summary>
    public const int MostEntries = 256;

    /// <summary>Finds the rows whose codes pass.</summary>
    /// <param name="codes">Of whole words of rows.</param>
    /// <param name="table">A bit for each entry; as long as for <see cref="MostEntries"/>.</param>
    /// <param name="rows">Gets a bit for each row.</param>
    public static void Choose(ReadOnlySpan<uint> codes, ReadOnlySpan<uint> table, Span<ulong> rows)
    {
        ref uint code = ref MemoryMarshal.GetReference(codes);
        Vector128<byte> low = Vector128.Create(table[..4]).AsByte();
        Vector128<byte> high = Vector128.Create(table[4..8]).AsByte();
        Vector128<byte> powers = Vector128.Create(0x80402010_08040201).AsByte();
        Span<ushort> masks = MemoryMarshal.Cast<ulong, ushort>(rows)[..(codes.Length / Lanes)];
        for (int step = 0; step < masks.Length; step++)
        {
            nuint row = (nuint)(step * Lanes);
            Vector128<byte> lanes = Vector128.Narrow(
                Vector128.Narrow(Vector128.LoadUnsafe(ref code, row), Vector128.LoadUnsafe(ref code, row + 4)),
                Vector128.Narrow(Vector128.LoadUnsafe(ref code, row + 8), Vector128.LoadUnsafe(ref code, row + 12)));
            Vector128<byte> places = (lanes >>> 3) & Vector128.Create((byte)15);
            Vector128<byte> isFurther = Vector128.LessThan(lanes.AsSByte(), Vector128<sbyte>.Zero).AsByte();
            Vector128<byte> found = Vector128.ConditionalSelect(isFurther, Vector128.ShuffleNative(high, places), Vector128.ShuffleNative(low, places));
            Vector128<byte> bit = Vector128.ShuffleNative(powers, lanes & Vector128.Create((byte)7));
            masks[step] = (ushort)Vector128.Equals(found & bit, bit).ExtractMostSignificantBits();
        }
    }
}
