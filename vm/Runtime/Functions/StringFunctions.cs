using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="StringHelpers"/>.</summary>
internal static unsafe class StringFunctions
{
    public static HelperFunction[] All { get; } =
    [
        new(StringHelpers.Equal, Equal),
        new(StringHelpers.Compare, Compare),
        new(StringHelpers.StartsWith, StartsWith),
        new(StringHelpers.EndsWith, EndsWith),
        new(StringHelpers.Contains, Contains),
        new(StringHelpers.Like, Like),
        new(StringHelpers.Length, Length),
        new(StringHelpers.Copy, Copy),
    ];

    private static long Equal(long data, long length, long other, long otherLength) =>
        length == otherLength && Bytes(data, length).SequenceEqual(Bytes(other, otherLength)) ? 1 : 0;

    private static long Compare(long data, long length, long other, long otherLength) =>
        int.Sign(Bytes(data, length).SequenceCompareTo(Bytes(other, otherLength)));

    private static long StartsWith(long data, long length, long prefix, long prefixLength) =>
        Bytes(data, length).StartsWith(Bytes(prefix, prefixLength)) ? 1 : 0;

    private static long EndsWith(long data, long length, long suffix, long suffixLength) =>
        Bytes(data, length).EndsWith(Bytes(suffix, suffixLength)) ? 1 : 0;

    private static long Contains(long data, long length, long part, long partLength) =>
        Bytes(data, length).IndexOf(Bytes(part, partLength)) >= 0 ? 1 : 0;

    private static long Like(long data, long length, long pattern, long patternLength, long escape) =>
        LikePattern.Matches(Bytes(data, length), Bytes(pattern, patternLength), (int)long.Clamp(escape, -1, 256)) ? 1 : 0;

    private static long Length(long text, long size)
    {
        int zero = Bytes(text, size).IndexOf((byte)0);
        return zero < 0 ? size : zero;
    }

    // Word by word as far as the place goes, since a key is read so right afterwards: a load of what several stores wrote waits for them.
    internal static long Copy(long place, long size, long data, long length)
    {
        byte* target = (byte*)place;
        byte* source = (byte*)data;
        long copied = long.Min(size, length);
        long at = 0;
        for (; at + sizeof(ulong) <= size; at += sizeof(ulong))
        {
            Unsafe.WriteUnaligned(target + at, at + sizeof(ulong) <= copied ? Unsafe.ReadUnaligned<ulong>(source + at) : Rest(source, at, copied));
        }

        for (; at < size; at++)
        {
            target[at] = at < copied ? source[at] : (byte)0;
        }

        return length <= size ? length : ErrorNumber.TooBig;
    }

    private static ulong Rest(byte* source, long first, long end)
    {
        ulong word = 0;
        for (long at = end - 1; at >= first; at--)
        {
            word = (word << 8) | source[at];
        }

        return word;
    }

    private static ReadOnlySpan<byte> Bytes(long data, long length) => new((void*)data, (int)length);
}
