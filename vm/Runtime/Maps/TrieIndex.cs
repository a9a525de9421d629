using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NearData.Vm.Maps;

/// <summary>
/// What a lookup in an LPM trie needs, in the map's memory. A reader takes no lock: it goes from link to link, and asks at the end
/// whether so many nodes were freed meanwhile that one on its way may have been used anew (<see cref="Quarantine"/>).
/// </summary>
// A whole cache line, so that nodes begin at one.
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct TrieIndex
{
    /// <summary>A freed node stays as it was until at least so many others were freed after it.</summary>
    public const int Quarantine = 64;

    /// <summary>The first node, or null.</summary>
    public TrieNode* Root;

    /// <summary>Nodes that were ever freed, modulo 2^32.</summary>
    public uint Freed;

    /// <summary>What writers hold.</summary>
    public int Lock;

    /// <summary>The longest prefix, in bits.</summary>
    public uint MostBits;

    /// <summary>Bytes from a node to its value.</summary>
    public int ValueAt;

    /// <summary>The value of the longest prefix of a key, or null: <see cref="MapHeader.Lookup"/>.</summary>
    public static byte* Lookup(MapHeader* header, byte* key)
    {
        TrieIndex* trie = (TrieIndex*)header->Index;
        uint length = Unsafe.ReadUnaligned<uint>(key);
        int bytes = (int)(trie->MostBits / 8);
        if (length > trie->MostBits)
        {
            return null;
        }

        if (bytes > sizeof(ulong))
        {
            return LookupLong(trie, key + sizeof(uint), bytes, length);
        }

        ulong word = TrieKey.Word(key + sizeof(uint), bytes);
        return Find(trie, &word, length);
    }

    [SkipLocalsInit]
    private static byte* LookupLong(TrieIndex* trie, byte* bytes, int count, uint length)
    {
        ulong* words = stackalloc ulong[TrieKey.MostWords];
        TrieKey.Read(bytes, count, words);
        return Find(trie, words, length);
    }

    private static byte* Find(TrieIndex* trie, ulong* words, uint length)
    {
        while (true)
        {
            uint freed = Volatile.Read(ref trie->Freed);
            TrieNode* found = Walk(trie, words, length);
            Volatile.ReadBarrier();
            if (trie->Freed - freed < Quarantine)
            {
                return found is null ? null : (byte*)found + trie->ValueAt;
            }
        }
    }

    private static TrieNode* Walk(TrieIndex* trie, ulong* words, uint length)
    {
        TrieNode* found = null;
        TrieNode* node = Next(&trie->Root);

        // Nodes that are used anew under the reader may lead round in a circle, but no way is longer than a key.
        for (uint most = trie->MostBits; node is not null && most < uint.MaxValue; most--)
        {
            uint prefix = node->Prefix;
            if (prefix > length || TrieKey.Common(TrieNode.Words(node), words, prefix) != prefix)
            {
                break;
            }

            found = node->IsBranch == 0 ? node : found;
            if (prefix == length)
            {
                break;
            }

            node = Next(TrieNode.Link(node, TrieKey.Bit(words, prefix)));
        }

        return found;
    }

    private static TrieNode* Next(TrieNode** link) => (TrieNode*)Volatile.Read(ref *(nint*)link);
}
