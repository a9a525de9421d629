using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// Longest prefix match: a binary trie in which a node stands for each prefix, and for each place where two prefixes part. Writers take
/// turns; readers take no lock (<see cref="TrieIndex"/>).
/// </summary>
internal sealed unsafe class LpmTrieMap : BpfMap
{
    private const int LengthSize = sizeof(uint);

    private readonly TrieIndex* _trie;
    private readonly TrieNodes _nodes;
    private readonly int _keyBytes;
    private uint _elements;

    public LpmTrieMap(MapDefinition definition, MemoryBudget budget)
        : base(definition, budget, sizeof(TrieIndex) + ((Int128)Stride(definition) * TrieNodes.Count(definition.MaxEntries)))
    {
        _keyBytes = KeyBytes(definition);
        _trie = (TrieIndex*)Memory;
        _trie->MostBits = (uint)_keyBytes * 8;
        _trie->ValueAt = ValueAt(definition);
        byte* first = Memory + sizeof(TrieIndex);
        _nodes = new TrieNodes(_trie, first, Stride(definition));
        Header->Values = first + _trie->ValueAt;
        Header->Stride = Stride(definition);
        Header->Index = _trie;
        Header->Lookup = &TrieIndex.Lookup;
        Grid = new ValueGrid
        {
            First = Header->Values,
            Elements = TrieNodes.Count(definition.MaxEntries),
            ElementStride = Header->Stride,
            Slots = 1,
            SlotStride = Rounded(definition.ValueSize),
            Size = definition.ValueSize,
        };
    }

    internal override byte* Lookup(byte* key) => TrieIndex.Lookup(Header, key);

    internal override MapError Update(byte* key, byte* value, ulong flags)
    {
        uint length = Unsafe.ReadUnaligned<uint>(key);
        if (flags > UpdateFlags.Exist || length > _trie->MostBits)
        {
            return MapError.Invalid;
        }

        ulong* words = stackalloc ulong[TrieKey.MostWords];
        TrieKey.Read(key + LengthSize, _keyBytes, words);
        NativeLock.Enter(&_trie->Lock);
        MapError result = Put(words, length, value, flags);
        NativeLock.Exit(&_trie->Lock);
        return result;
    }

    internal override MapError Delete(byte* key)
    {
        uint length = Unsafe.ReadUnaligned<uint>(key);
        if (length > _trie->MostBits)
        {
            return MapError.Invalid;
        }

        ulong* words = stackalloc ulong[TrieKey.MostWords];
        TrieKey.Read(key + LengthSize, _keyBytes, words);
        NativeLock.Enter(&_trie->Lock);
        MapError result = Remove(words, length);
        NativeLock.Exit(&_trie->Lock);
        return result;
    }

    internal override MapError NextKey(byte* key, byte* next)
    {
        ulong* words = stackalloc ulong[TrieKey.MostWords];
        uint length = uint.MaxValue;
        if (key is not null)
        {
            length = Unsafe.ReadUnaligned<uint>(key);
            TrieKey.Read(key + LengthSize, _keyBytes, words);
        }

        NativeLock.Enter(&_trie->Lock);
        TrieNode* found = length > _trie->MostBits ? TrieOrder.First(_trie->Root) : TrieOrder.After(_trie, words, length);
        if (found is not null)
        {
            Unsafe.WriteUnaligned(next, found->Prefix);
            TrieKey.Write(TrieNode.Words(found), next + LengthSize, _keyBytes);
        }

        NativeLock.Exit(&_trie->Lock);
        return found is null ? MapError.NoEntry : MapError.None;
    }

    private static int KeyBytes(MapDefinition definition) => definition.KeySize - LengthSize;

    private static int ValueAt(MapDefinition definition) =>
        TrieNode.HeaderSize + (TrieKey.Words(KeyBytes(definition)) * sizeof(ulong));

    private static long Stride(MapDefinition definition) => ValueAt(definition) + Rounded(definition.ValueSize);

    private MapError Put(ulong* words, uint length, byte* value, ulong flags)
    {
        TrieNode** link = FindLink(words, length);
        TrieNode* node = *link;
        uint match = node is null ? 0 : Match(node, words, length);
        bool replaces = node is not null && node->Prefix == match;
        if (replaces && node->IsBranch == 0)
        {
            if (flags == UpdateFlags.NoExist)
            {
                return MapError.Exists;
            }
        }
        else if (flags == UpdateFlags.Exist)
        {
            return MapError.NoEntry;
        }
        else if (_elements == (uint)Definition.MaxEntries)
        {
            return MapError.NoSpace;
        }
        else
        {
            _elements++;
        }

        TrieNode* fresh = _nodes.Take(words, length);
        fresh->IsBranch = 0;
        CopyValueIn(value, (byte*)fresh + _trie->ValueAt, UpdateFlags.Any);
        if (node is null)
        {
            Publish(link, fresh);
        }
        else if (replaces)
        {
            fresh->Zero = node->Zero;
            fresh->One = node->One;
            Publish(link, fresh);
            _nodes.Free(node);
        }
        else if (match == length)
        {
            *TrieNode.Link(fresh, TrieKey.Bit(TrieNode.Words(node), match)) = node;
            Publish(link, fresh);
        }
        else
        {
            Part(link, node, fresh, match);
        }

        return MapError.None;
    }

    /// <summary>Puts a branch in a node's place, above it and a new one.</summary>
    private void Part(TrieNode** link, TrieNode* node, TrieNode* fresh, uint match)
    {
        TrieNode* branch = _nodes.Take(TrieNode.Words(node), match);
        branch->IsBranch = 1;
        ulong bit = TrieKey.Bit(TrieNode.Words(fresh), match);
        *TrieNode.Link(branch, bit) = fresh;
        *TrieNode.Link(branch, 1 - bit) = node;
        Publish(link, branch);
    }

    private MapError Remove(ulong* words, uint length)
    {
        TrieNode** link = &_trie->Root;
        TrieNode** parentLink = link;
        TrieNode* parent = null;
        TrieNode* node = *link;
        while (node is not null && node->Prefix < length && Match(node, words, length) == node->Prefix)
        {
            parent = node;
            parentLink = link;
            link = TrieNode.Link(node, TrieKey.Bit(words, node->Prefix));
            node = *link;
        }

        if (node is null || node->IsBranch != 0 || node->Prefix != length || Match(node, words, length) != length)
        {
            return MapError.NoEntry;
        }

        _elements--;
        if (node->Zero is not null && node->One is not null)
        {
            Volatile.Write(ref node->IsBranch, 1);
        }
        else if (parent is not null && parent->IsBranch != 0 && node->Zero is null && node->One is null)
        {
            // A branch with one side left parts nothing.
            Publish(parentLink, parent->Zero == node ? parent->One : parent->Zero);
            _nodes.Free(parent);
            _nodes.Free(node);
        }
        else
        {
            Publish(link, node->Zero is not null ? node->Zero : node->One);
            _nodes.Free(node);
        }

        return MapError.None;
    }

    /// <summary>The link where a prefix is or belongs. The lock is held.</summary>
    private TrieNode** FindLink(ulong* words, uint length)
    {
        TrieNode** link = &_trie->Root;
        while (*link is not null)
        {
            TrieNode* node = *link;
            if (node->Prefix == length || Match(node, words, length) != node->Prefix)
            {
                break;
            }

            link = TrieNode.Link(node, TrieKey.Bit(words, node->Prefix));
        }

        return link;
    }

    private static uint Match(TrieNode* node, ulong* words, uint length) =>
        TrieKey.Common(TrieNode.Words(node), words, uint.Min(node->Prefix, length));

    // Release: the node must be whole before a reader can find it.
    private static void Publish(TrieNode** link, TrieNode* node) => Volatile.Write(ref *(nint*)link, (nint)node);
}
