using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// Longest prefix match: a binary trie in which a node stands for each prefix, and for each place where two prefixes part. Writers take
/// turns. A reader takes no lock: at each step it makes sure that the node it stands on was still linked when it read where to go,
/// and starts anew where it wasn't.
/// </summary>
internal sealed unsafe class LpmTrieMap : BpfMap
{
    private const int LengthSize = sizeof(uint);
    private const int HeadSize = 16;

    private readonly uint _mostBits;
    private readonly long _stride;
    private readonly long _valueAt;
    private readonly byte* _nodes;
    private readonly uint* _root;
    private readonly int* _lock;
    private uint _elements;
    private uint _free;
    private uint _unused;

    public LpmTrieMap(MapDefinition definition, MemoryBudget budget)
        : base(definition, budget, HeadSize + ((Int128)Stride(definition) * Nodes(definition)))
    {
        _mostBits = (uint)(definition.KeySize - LengthSize) * 8;
        _stride = Stride(definition);
        _valueAt = TrieNode.HeaderSize + Rounded(definition.KeySize - LengthSize);
        _root = (uint*)Memory;
        _lock = (int*)(Memory + sizeof(long));
        _nodes = Memory + HeadSize;
        Header->Values = _nodes + _valueAt;
        Header->Stride = _stride;
        Grid = new ValueGrid
        {
            First = _nodes + _valueAt,
            Elements = Nodes(definition),
            ElementStride = _stride,
            Slots = 1,
            SlotStride = Rounded(definition.ValueSize),
            Size = definition.ValueSize,
        };
    }

    internal override byte* Lookup(byte* key)
    {
        uint length = Unsafe.ReadUnaligned<uint>(key);
        if (length > _mostBits)
        {
            return null;
        }

        byte* found;
        while (!TryFind(key + LengthSize, length, out found))
        {
        }

        return found;
    }

    internal override MapError Update(byte* key, byte* value, ulong flags)
    {
        uint length = Unsafe.ReadUnaligned<uint>(key);
        if (flags > UpdateFlags.Exist || length > _mostBits)
        {
            return MapError.Invalid;
        }

        NativeLock.Enter(_lock);
        MapError result = Put(key + LengthSize, length, value, flags);
        NativeLock.Exit(_lock);
        return result;
    }

    internal override MapError Delete(byte* key)
    {
        uint length = Unsafe.ReadUnaligned<uint>(key);
        if (length > _mostBits)
        {
            return MapError.Invalid;
        }

        NativeLock.Enter(_lock);
        MapError result = Remove(key + LengthSize, length);
        NativeLock.Exit(_lock);
        return result;
    }

    internal override MapError NextKey(byte* key, byte* next)
    {
        NativeLock.Enter(_lock);
        uint found = *_root == 0 ? 0 : key is null ? First(*_root) : After(key + LengthSize, Unsafe.ReadUnaligned<uint>(key));
        if (found != 0)
        {
            TrieNode* node = At(found);
            Unsafe.WriteUnaligned(next, node->Prefix);
            Unsafe.CopyBlockUnaligned(next + LengthSize, TrieNode.Data(node), _mostBits / 8);
        }

        NativeLock.Exit(_lock);
        return found == 0 ? MapError.NoEntry : MapError.None;
    }

    private static long Stride(MapDefinition definition) =>
        TrieNode.HeaderSize + Rounded(definition.KeySize - LengthSize) + Rounded(definition.ValueSize);

    // A node for each element and, but for the first, for the place where it parts from others; and one that replaces another.
    private static long Nodes(MapDefinition definition) => 2L * definition.MaxEntries;

    private TrieNode* At(uint node) => (TrieNode*)(_nodes + ((node - 1) * _stride));

    private byte* ValueOf(TrieNode* node) => (byte*)node + _valueAt;

    private static uint Match(TrieNode* node, byte* data, uint length) =>
        TrieNode.Common(TrieNode.Data(node), data, uint.Min(node->Prefix, length));

    /// <summary>False where a node was freed under the reader.</summary>
    private bool TryFind(byte* data, uint length, out byte* found)
    {
        found = null;
        uint* link = _root;
        uint linkSequence = 0;
        TrieNode* parent = null;
        while (true)
        {
            uint number = Volatile.Read(ref *link);
            TrieNode* node = number == 0 ? null : At(number);
            uint sequence = node is null ? 0 : Volatile.Read(ref node->Sequence);
            Volatile.ReadBarrier();

            // The link still leads there from a node that is still linked: this sequence is that of the node that was meant.
            if (Volatile.Read(ref *link) != number || (parent is not null && parent->Sequence != linkSequence) || (sequence & 1) != 0)
            {
                return false;
            }

            if (node is null)
            {
                return true;
            }

            (uint prefix, bool isBranch) = (node->Prefix, Volatile.Read(ref node->IsBranch) != 0);
            bool isMatch = Match(node, data, length) == prefix;
            Volatile.ReadBarrier();
            if (node->Sequence != sequence)
            {
                return false;
            }

            if (!isMatch)
            {
                return true;
            }

            found = isBranch ? found : ValueOf(node);
            if (prefix >= length)
            {
                return true;
            }

            parent = node;
            linkSequence = sequence;
            link = TrieNode.Link(node, TrieNode.Bit(data, prefix));
        }
    }

    private MapError Put(byte* data, uint length, byte* value, ulong flags)
    {
        uint* link = FindLink(data, length);
        uint number = *link;
        TrieNode* node = number == 0 ? null : At(number);
        uint match = node is null ? 0 : Match(node, data, length);
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

        uint fresh = Take(data, length);
        TrieNode* element = At(fresh);
        element->IsBranch = 0;
        CopyValueIn(value, ValueOf(element), UpdateFlags.Any);
        if (node is null)
        {
            Publish(link, fresh);
        }
        else if (replaces)
        {
            (element->Zero, element->One) = (node->Zero, node->One);
            Publish(link, fresh);
            Free(number);
        }
        else if (match == length)
        {
            *TrieNode.Link(element, TrieNode.Bit(TrieNode.Data(node), match)) = number;
            Publish(link, fresh);
        }
        else
        {
            Part(link, number, fresh, match);
        }

        return MapError.None;
    }

    /// <summary>Puts a branch in a node's place, above it and a new one.</summary>
    private void Part(uint* link, uint number, uint fresh, uint match)
    {
        TrieNode* element = At(fresh);
        uint branch = Take(TrieNode.Data(At(number)), match);
        At(branch)->IsBranch = 1;
        uint bit = TrieNode.Bit(TrieNode.Data(element), match);
        *TrieNode.Link(At(branch), bit) = fresh;
        *TrieNode.Link(At(branch), 1 - bit) = number;
        Volatile.Write(ref element->Sequence, element->Sequence + 1);
        Publish(link, branch);
    }

    private MapError Remove(byte* data, uint length)
    {
        uint* link = _root;
        uint* parentLink = link;
        TrieNode* parent = null;
        TrieNode* node;
        while (true)
        {
            node = *link == 0 ? null : At(*link);
            if (node is null || Match(node, data, length) != node->Prefix)
            {
                return MapError.NoEntry;
            }

            if (node->Prefix == length)
            {
                break;
            }

            parent = node;
            parentLink = link;
            link = TrieNode.Link(node, TrieNode.Bit(data, node->Prefix));
        }

        if (node->IsBranch != 0)
        {
            return MapError.NoEntry;
        }

        _elements--;
        uint number = *link;
        if (node->Zero != 0 && node->One != 0)
        {
            Volatile.Write(ref node->IsBranch, 1);
        }
        else if (parent is not null && parent->IsBranch != 0 && node->Zero == 0 && node->One == 0)
        {
            // A branch with one side left parts nothing.
            uint branch = *parentLink;
            Volatile.Write(ref *parentLink, parent->Zero == number ? parent->One : parent->Zero);
            Free(branch);
            Free(number);
        }
        else
        {
            Volatile.Write(ref *link, node->Zero != 0 ? node->Zero : node->One);
            Free(number);
        }

        return MapError.None;
    }

    /// <summary>The link where a prefix is or belongs. The lock is held.</summary>
    private uint* FindLink(byte* data, uint length)
    {
        uint* link = _root;
        while (*link != 0)
        {
            TrieNode* node = At(*link);
            if (Match(node, data, length) != node->Prefix || node->Prefix == length)
            {
                break;
            }

            link = TrieNode.Link(node, TrieNode.Bit(data, node->Prefix));
        }

        return link;
    }

    private uint Take(byte* data, uint length)
    {
        uint taken = _free;
        if (taken == 0)
        {
            taken = ++_unused;
            At(taken)->Sequence = 1;
        }
        else
        {
            _free = At(taken)->NextFree;
        }

        TrieNode* node = At(taken);
        (node->Zero, node->One, node->Prefix) = (0, 0, length);
        Unsafe.CopyBlockUnaligned(TrieNode.Data(node), data, _mostBits / 8);
        return taken;
    }

    // Release: the node must be whole before a reader can find it.
    private void Publish(uint* link, uint fresh)
    {
        Volatile.Write(ref At(fresh)->Sequence, At(fresh)->Sequence + 1);
        Volatile.Write(ref *link, fresh);
    }

    private void Free(uint number)
    {
        TrieNode* node = At(number);
        Volatile.Write(ref node->Sequence, node->Sequence + 1);
        Volatile.WriteBarrier();
        node->NextFree = _free;
        _free = number;
    }

    // In the kernel's order: what is below a node before the node itself, zeros before ones.
    private uint First(uint from)
    {
        uint found = 0;
        for (uint at = from; at != 0;)
        {
            TrieNode* node = At(at);
            if (node->IsBranch == 0)
            {
                found = at;
            }

            at = node->Zero != 0 ? node->Zero : node->One;
        }

        return found;
    }

    private uint After(byte* data, uint length)
    {
        uint* path = stackalloc uint[(int)_mostBits + 1];
        int depth = 0;
        uint at = *_root;
        while (at != 0 && length <= _mostBits)
        {
            TrieNode* node = At(at);
            path[depth++] = at;
            if (Match(node, data, length) != node->Prefix || node->Prefix == length)
            {
                break;
            }

            at = *TrieNode.Link(node, TrieNode.Bit(data, node->Prefix));
        }

        bool isThere = at != 0 && length <= _mostBits && At(at)->Prefix == length && At(at)->IsBranch == 0
            && Match(At(at), data, length) == length;
        if (!isThere)
        {
            return First(*_root);
        }

        for (depth -= 2; depth >= 0; depth--)
        {
            TrieNode* parent = At(path[depth]);
            if (parent->Zero == at && parent->One != 0)
            {
                return First(parent->One);
            }

            if (parent->IsBranch == 0)
            {
                return path[depth];
            }

            at = path[depth];
        }

        return 0;
    }
}
