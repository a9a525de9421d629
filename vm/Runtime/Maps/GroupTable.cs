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

    /// <summary>The value of a key's group, or null.</summary>
    public readonly byte* Find(byte* key)
    {
        if (IsDirect)
        {
            ulong only = Slots[Hash.Short(key)];
            return only == 0 ? null : (byte*)only + ValueOffset;
        }

        return Find(key, Hash.Whole(key));
    }

    /// <summary>The slot that a key with this hash is looked for in first.</summary>
    public readonly ulong* SlotOf(ulong hash) => Slots + (hash & Mask);

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

            byte* group = GroupOf(slot);
            if ((slot ^ hash) >> AddressBits == 0 && Hash.AreEqual(key, group))
            {
                return group + ValueOffset;
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

        ulong hash = Hash.Whole(group);
        ulong at = hash & Mask;
        while (Slots[at] != 0)
        {
            at = (at + 1) & Mask;
        }

        Slots[at] = (ulong)group | (hash & ~AddressMask);
    }
}
