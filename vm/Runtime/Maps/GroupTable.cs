using System.Runtime.CompilerServices;

namespace NearData.Vm.Maps;

/// <summary>
/// Finds groups by their keys: open addressing over slots of 8 bytes, each the address of a group with 16 bits of its key's hash above
/// it, so that a slot of another key is seldom followed. Native, so that a lookup touches no managed object.
/// </summary>
internal unsafe struct GroupTable
{
    /// <summary>Bits of an address of a process (x64 with four levels of pages, arm64 with 48-bit addresses).</summary>
    private const int AddressBits = 48;

    private const ulong AddressMask = (1UL << AddressBits) - 1;

    /// <summary>The slots; an empty one is 0.</summary>
    public ulong* Slots;

    /// <summary>The number of slots, a power of two, less one.</summary>
    public ulong Mask;

    public KeyHash Hash;

    /// <summary>Whether a slot belongs to each value that a key can have: then nothing is hashed or compared.</summary>
    public bool IsDirect;

    /// <summary>Bytes from a group's start, where its key is, to its value.</summary>
    public int ValueOffset;

    /// <summary>
    /// Says of most keys that have no group that they have none, in an eighth of the slots' memory or less, which a core's caches hold longer; null where
    /// there is none. Each group has set two bits of one word.
    /// </summary>
    public ulong* Filter;

    /// <summary>The filter's words, a power of two, less one.</summary>
    public ulong FilterMask;

    /// <summary>The value of a key's group, or null.</summary>
    public readonly byte* Find(byte* key)
    {
        if (IsDirect)
        {
            ulong only = Slots[Hash.Short(key)];
            return only == 0 ? null : (byte*)only + ValueOffset;
        }

        ulong hash = Hash.Whole(key);
        return MayHave(hash) ? Find(key, hash) : null;
    }

    /// <summary>As <see cref="Find(byte*)"/> of keys of eight bytes.</summary>
    public readonly byte* FindNumber(byte* key)
    {
        ulong number = Unsafe.ReadUnaligned<ulong>(key);
        ulong hash = Hash.OfNumber(number);
        return MayHave(hash) ? FindNumber(number, hash) : null;
    }

    /// <summary>As <see cref="Find(byte*, ulong)"/> of keys of eight bytes.</summary>
    public readonly byte* FindNumber(ulong number, ulong hash)
    {
        for (ulong at = hash & Mask; ; at = (at + 1) & Mask)
        {
            ulong slot = Slots[at];
            if (slot == 0)
            {
                return null;
            }

            if ((slot ^ hash) >> AddressBits == 0 && *(ulong*)GroupOf(slot) == number)
            {
                return GroupOf(slot) + ValueOffset;
            }
        }
    }

    /// <summary>Makes the filter say that a group may be there.</summary>
    public readonly void AddToFilter(ulong hash) => *FilterWord(hash) |= FilterBits(hash);

    private readonly bool MayHave(ulong hash) => Filter is null || (*FilterWord(hash) & FilterBits(hash)) == FilterBits(hash);

    // Other bits of the hash than those that say the slot, as long as there are few slots.
    private readonly ulong* FilterWord(ulong hash) => Filter + ((hash >> 24) & FilterMask);

    private static ulong FilterBits(ulong hash) => (1UL << (int)(hash >> 58)) | (1UL << (int)((hash >> 52) & 63));

    /// <summary>The slot that a key with this hash is looked for in first.</summary>
    public readonly ulong* SlotOf(ulong hash) => Slots + (hash & Mask);

    /// <summary>What is in the slot of a group.</summary>
    public static ulong SlotOf(byte* group, ulong hash) => (ulong)group | (hash & ~AddressMask);

    /// <summary>Whether a slot that isn't empty leads to a key's group.</summary>
    public readonly bool IsOf(ulong slot, byte* key, ulong hash) => (slot ^ hash) >> AddressBits == 0 && Hash.AreEqual(key, GroupOf(slot));

    /// <summary>The group that a slot leads to; null where it is empty.</summary>
    public static byte* GroupOf(ulong slot) => (byte*)(slot & AddressMask);

    /// <summary>As <see cref="Find(byte*)"/> where keys are hashed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    public readonly byte* Find(byte* key, ulong hash)
    {
        for (ulong at = hash & Mask; ; at = (at + 1) & Mask)
        {
            ulong slot = Slots[at];
            if (slot == 0)
            {
                return null;
            }

            if (IsOf(slot, key, hash))
            {
                return GroupOf(slot) + ValueOffset;
            }
        }
    }

    /// <summary>Puts a group that isn't there into an empty slot, of which there is one.</summary>
    public readonly void Insert(byte* group)
    {
        if (IsDirect)
        {
            Slots[Hash.Short(group)] = (ulong)group;
            return;
        }

        Insert(group, Hash.Whole(group));
    }

    /// <summary>As <see cref="Insert(byte*)"/> where keys are hashed.</summary>
    /// <param name="group">The group.</param>
    /// <param name="hash">Its key's hash.</param>
    public readonly void Insert(byte* group, ulong hash)
    {
        ulong at = hash & Mask;
        while (Slots[at] != 0)
        {
            at = (at + 1) & Mask;
        }

        Slots[at] = SlotOf(group, hash);
    }
}
