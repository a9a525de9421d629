using System.Numerics;
using System.Runtime.InteropServices;

namespace NearData.Vm.Packets;

/// <summary>Ones' complement sums of 16-bit words (RFC 1071), kept in 32 bits as the kernel keeps them.</summary>
internal static class InternetChecksum
{
    /// <summary>The sum of some bytes and another sum; bytes that are missing to a whole word are zeros.</summary>
    public static uint Sum(ReadOnlySpan<byte> bytes, uint seed)
    {
        ulong sum = seed;
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(bytes);
        foreach (uint word in words)
        {
            sum += word;
        }

        Span<byte> rest = stackalloc byte[sizeof(uint)];
        rest.Clear();
        bytes[(words.Length * sizeof(uint))..].CopyTo(rest);
        sum += MemoryMarshal.Read<uint>(rest);

        // The carries come back in at the other end.
        sum = (uint)sum + (sum >> 32);
        return (uint)sum + (uint)(sum >> 32);
    }

    /// <summary>One sum without the other.</summary>
    public static uint Subtract(uint sum, uint other)
    {
        uint difference = sum + ~other;
        return difference < sum ? difference + 1 : difference;
    }

    /// <summary>A sum in 16 bits.</summary>
    public static uint Fold(uint sum) => (sum + BitOperations.RotateLeft(sum, 16)) >> 16;
}
