using System.Runtime.CompilerServices;

namespace NearData.Vm.Maps;

/// <summary>The nodes of an LPM trie that aren't linked. The trie's lock is held by whoever calls.</summary>
internal sealed unsafe class TrieNodes
{
    private readonly TrieIndex* _trie;
    private readonly byte* _first;
    private readonly long _stride;
    private long _used;
    private long _free;
    private TrieNode* _oldest;
    private TrieNode* _latest;

    /// <param name="trie">Told of each node that is freed.</param>
    /// <param name="first">Memory for <see cref="Count"/> nodes.</param>
    /// <param name="stride">Bytes of a node.</param>
    public TrieNodes(TrieIndex* trie, byte* first, long stride)
    {
        _trie = trie;
        _first = first;
        _stride = stride;
    }

    /// <summary>
    /// Nodes for so many elements: one for each and, but for the first, one for the place where it parts from others; one that
    /// replaces another; and those that readers may still be on.
    /// </summary>
    public static long Count(int entries) => (2L * entries) + 1 + TrieIndex.Quarantine;

    /// <summary>A node that no reader can be on, with no links.</summary>
    /// <param name="words">Its prefix.</param>
    /// <param name="length">The prefix's bits.</param>
    public TrieNode* Take(ulong* words, uint length)
    {
        TrieNode* node;
        if (_free > TrieIndex.Quarantine)
        {
            node = _oldest;
            _oldest = node->NextFree;
            _free--;

            // What was counted as freed is seen by whoever sees what is written to the node now.
            Volatile.WriteBarrier();
        }
        else
        {
            node = (TrieNode*)(_first + (_used++ * _stride));
        }

        node->Zero = null;
        node->One = null;
        node->Prefix = length;
        Unsafe.CopyBlockUnaligned(TrieNode.Words(node), words, (uint)TrieKey.Words((int)_trie->MostBits / 8) * sizeof(ulong));
        return node;
    }

    /// <summary>Gives back a node that isn't linked any more.</summary>
    public void Free(TrieNode* node)
    {
        if (_free++ == 0)
        {
            _oldest = node;
        }
        else
        {
            _latest->NextFree = node;
        }

        _latest = node;
        Volatile.Write(ref _trie->Freed, _trie->Freed + 1);
    }
}
