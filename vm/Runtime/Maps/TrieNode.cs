using System.Runtime.InteropServices;

namespace NearData.Vm.Maps;

/// <summary>
/// A node of an LPM trie; its prefix's words and its value follow. While a node is linked only its links, and whether it is a branch
/// only, change; after it was freed it stays as it was until it is used anew.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TrieNode
{
    /// <summary>Bytes.</summary>
    public const int HeaderSize = 32;

    /// <summary>The node of longer prefixes whose next bit is 0.</summary>
    public TrieNode* Zero;

    /// <summary>The node of longer prefixes whose next bit is 1.</summary>
    public TrieNode* One;

    /// <summary>The node that was freed after this one, while both are free.</summary>
    public TrieNode* NextFree;

    /// <summary>Bits.</summary>
    public uint Prefix;

    /// <summary>1 where the node only parts two longer prefixes and isn't an element itself.</summary>
    public uint IsBranch;

    /// <summary>The prefix's words.</summary>
    public static ulong* Words(TrieNode* node) => (ulong*)((byte*)node + HeaderSize);

    /// <summary>The link for longer prefixes with this next bit.</summary>
    public static TrieNode** Link(TrieNode* node, ulong bit) => &node->Zero + bit;
}
