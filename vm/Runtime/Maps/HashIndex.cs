using System.Runtime.InteropServices;

namespace NearData.Vm.Maps;

/// <summary>
/// Chains of elements by the hashes of their keys, as lookups need them, in the map's memory. Readers take no lock: they find an element
/// by its key, and its sequence tells whether the key stood still meanwhile. Writers of a chain hold its lock.
/// </summary>
// Whole cache lines, so that elements begin at one.
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal unsafe struct HashIndex
{
    private KeyHash _hash;
    private byte* _elements;
    private uint* _heads;
    private int* _locks;
    private uint _lockMask;
    private uint _bucketMask;
    private long _stride;
    private long _valueAt;

    /// <summary>For each element of an LRU map whether it was used since that was last asked; null for other maps.</summary>
    public byte* Uses;

    private long _slot;
    private int _cpus;

    /// <summary>Lays out a hash with nothing in it.</summary>
    /// <param name="index">The start of the map's memory.</param>
    /// <param name="layout">How the memory is divided.</param>
    /// <param name="hash">How keys are hashed.</param>
    /// <param name="cpus">Values of an element.</param>
    public static void Initialize(HashIndex* index, HashLayout layout, KeyHash hash, int cpus)
    {
        index->_hash = hash;
        index->_elements = (byte*)(index + 1);
        index->_heads = (uint*)(index->_elements + (layout.Stride * layout.Elements));
        index->_locks = (int*)(index->_heads + layout.Buckets);
        index->_lockMask = layout.Locks - 1;
        index->_bucketMask = layout.Buckets - 1;
        index->_stride = layout.Stride;
        index->_valueAt = layout.ValueAt;
        index->Uses = layout.IsLru ? (byte*)(index->_locks + layout.Locks) : null;
        index->_slot = layout.IsPerCpu ? layout.Slot : 0;
        index->_cpus = cpus;
        for (uint bucket = 0; bucket < layout.Buckets; bucket++)
        {
            index->_heads[bucket] = HashElement.End | bucket;
        }
    }

    /// <summary>The address of a key's value, of a per-CPU map this CPU's, or null: <see cref="MapHeader.Lookup"/>.</summary>
    public static byte* Lookup(MapHeader* header, byte* key)
    {
        HashIndex* index = (HashIndex*)header->Index;
        uint found = index->FindUsed(key);
        return found == HashElement.None ? null
            : index->_slot == 0 ? index->ValueOf(index->At(found))
            : index->ValueOf(index->At(found)) + (RunContext.Current.ProcessorAmong(index->_cpus) * index->_slot);
    }

    public readonly HashElement* At(uint element) => (HashElement*)(_elements + (element * _stride));

    public readonly byte* ValueOf(HashElement* element) => (byte*)element + _valueAt;

    public readonly uint Hash(byte* key) => _hash.Of(key);

    /// <summary>Where a hash's chain begins.</summary>
    public readonly uint* Head(uint hash) => &_heads[hash & _bucketMask];

    /// <summary>The number of the chain behind a hash's.</summary>
    public readonly uint BucketAfter(uint hash) => (hash & _bucketMask) + 1;

    /// <summary>How many elements a hash's chain has. Its lock is held.</summary>
    public readonly int LengthOf(uint hash)
    {
        int length = 0;
        for (uint at = *Head(hash); (at & HashElement.End) == 0; at = At(at)->Next)
        {
            length++;
        }

        return length;
    }

    /// <summary>Takes the lock of a hash's chain, and returns it.</summary>
    public readonly int* Enter(uint hash)
    {
        int* word = &_locks[hash & _lockMask];
        NativeLock.Enter(word);
        return word;
    }

    /// <summary>A key's element; marks it as used. <see cref="HashElement.None"/> where there is none.</summary>
    public readonly uint FindUsed(byte* key)
    {
        uint found = Find(key, _hash.Of(key));
        if (found != HashElement.None)
        {
            MarkUse(found, 1);
        }

        return found;
    }

    /// <summary>Marks an element of an LRU map as used, or as not.</summary>
    public readonly void MarkUse(uint element, byte use)
    {
        if (Uses is not null)
        {
            Uses[element] = use;
        }
    }

    /// <summary>A key's element, or <see cref="HashElement.None"/>.</summary>
    public readonly uint Find(byte* key, uint hash)
    {
        uint bucket = hash & _bucketMask;
        uint at;
        do
        {
            at = Volatile.Read(ref _heads[bucket]);
            while ((at & HashElement.End) == 0)
            {
                HashElement* element = At(at);
                uint sequence = Volatile.Read(ref element->Sequence);
                if (element->Hash == hash && HasKey(element, key) && HashElement.IsLive(sequence))
                {
                    Volatile.ReadBarrier();
                    if (element->Sequence == sequence)
                    {
                        return at;
                    }
                }

                at = Volatile.Read(ref element->Next);
            }
        }
        while (at != (HashElement.End | bucket));

        return HashElement.None;
    }

    public readonly bool HasKey(HashElement* element, byte* key) => _hash.AreEqual(HashElement.KeyOf(element), key);

    /// <summary>What points to a key's element, or null. The chain's lock is held.</summary>
    public readonly uint* FindLink(byte* key, uint hash)
    {
        uint* link = Head(hash);
        while ((*link & HashElement.End) == 0)
        {
            HashElement* element = At(*link);
            if (element->Hash == hash && HasKey(element, key))
            {
                return link;
            }

            link = &element->Next;
        }

        return null;
    }

    /// <summary>What points to an element, or to its chain's end. The chain's lock is held.</summary>
    public readonly uint* FindLink(uint element, uint hash)
    {
        uint* link = Head(hash);
        while (*link != element && (*link & HashElement.End) == 0)
        {
            link = &At(*link)->Next;
        }

        return link;
    }

    /// <summary>Takes an element out of its chain; it is the caller's then. The chain's lock is held.</summary>
    public readonly uint Unlink(uint* link)
    {
        uint number = *link;
        HashElement* element = At(number);
        Volatile.Write(ref *link, element->Next);
        Volatile.Write(ref element->Sequence, element->Sequence + 1);
        return number;
    }
}
