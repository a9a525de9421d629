using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NearData.Vm.Maps;

/// <summary>
/// A node of an LPM trie; its prefix's bytes and its value follow. Nodes are numbered from 1; 0 is none. While a node is linked only its
/// links, and whether it is a branch only, change.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TrieNode
{
    /// <summary>Bytes.</summary>
    public const int HeaderSize = 24;

    /// <summary>The node of longer prefixes whose next bit is 0.</summary>
    public uint Zero;

    /// <summary>The node of longer prefixes whose next bit is 1.</summary>
    public uint One;

    /// <summary>One more each time that the node is taken or freed; odd while it isn't linked.</summary>
    public uint Sequence;

    /// <summary>The next free node, while this one is free.</summary>
    public uint NextFree;

    /// <summary>Bits.</summary>
    public uint Prefix;

    /// <summary>1 where the node only parts two longer prefixes and isn't an element itself.</summary>
    public uint IsBranch;

    /// <summary>The prefix's bytes.</summary>
    public static byte* Data(TrieNode* node) => (byte*)node + HeaderSize;

    /// <summary>The link for longer prefixes with this next bit.</summary>
    public static uint* Link(TrieNode* node, uint bit) => &node->Zero + bit;

    /// <summary>A bit of a prefix, the first byte's highest being the first.</summary>
    public static uint Bit(byte* data, uint index) => (uint)(data[index / 8] >> (int)(7 - (index % 8))) & 1;

    /// <summary>How many bits are the same from the start, up to a limit.</summary>
    public static uint Common(byte* left, byte* right, uint limit)
    {
        uint bits = 0;
        for (; bits + 32 <= limit; bits += 32)
        {
            uint different = Word(left + (bits / 8)) ^ Word(right + (bits / 8));
            if (different != 0)
            {
                return bits + (uint)BitOperations.LeadingZeroCount(different);
            }
        }

        for (; bits < limit; bits += 8)
        {
            uint different = (uint)(left[bits / 8] ^ right[bits / 8]);
            if (different != 0)
            {
                return uint.Min(limit, bits + (uint)BitOperations.LeadingZeroCount(different) - 24);
            }
        }

        return limit;
    }

    private static uint Word(byte* data) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(data));
}
