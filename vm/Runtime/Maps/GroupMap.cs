using System.Numerics;
using System.Runtime.CompilerServices;
using NearData.Isa.Programs;
using NearData.Vm.Memory;
using NearData.Vm.Results;

namespace NearData.Vm.Maps;

/// <summary>
/// Records by key, as one worker made them. A group is its key, its value as the program sees it, and for each sum a count of how often
/// the 64 bits of the value overflowed, so that sums are exact in 128 bits. Groups lie one after another in chunks and never move;
/// memory grows with their number. One thread changes it; once it is frozen, any thread may look groups up.
/// </summary>
public sealed unsafe class GroupMap : BpfMap
{
    private const int FirstChunk = 64;
    private const int FirstSlots = 2 * FirstChunk;

    private readonly MemoryBudget _budget;
    private readonly GroupLayout _layout;
    private readonly GroupTotals _totals;
    private readonly List<AlignedMemory> _chunks = [];
    private readonly byte* _scratch;
    private readonly int _groupSize;
    private AlignedMemory _slots;
    private long _room;
    private long _taken;

    internal GroupMap(MapDefinition definition, MemoryBudget budget)
        : base(definition, budget, AlignedMemory.Align(sizeof(GroupTable)) + (2L * GroupSize(definition)))
    {
        _budget = budget;
        _layout = definition.Group ?? throw new MapMemoryException(definition.Name, "Nothing is said of its groups' members.");
        _totals = new GroupTotals(definition);
        _groupSize = GroupSize(definition);
        _scratch = Memory + AlignedMemory.Align(sizeof(GroupTable));
        KeyHash hash = new(definition.KeySize, (ulong)Random.Shared.NextInt64());
        int slots = hash.Values ?? FirstSlots;
        _taken = slots * sizeof(ulong);
        budget.Take(definition, _taken);
        _slots = new AlignedMemory(_taken);
        *Table = new GroupTable
        {
            Slots = (ulong*)_slots.Start,
            Mask = (ulong)slots - 1,
            Hash = hash,
            IsDirect = hash.Values is not null,
            ValueOffset = ValueOffset(definition),
        };
        Header->Index = Memory;
        Header->Lookup = &LookUp;
        _totals.Start(_scratch + Table->ValueOffset);
        Unsafe.CopyBlockUnaligned(_scratch + _groupSize, _scratch, (uint)_groupSize);
    }

    /// <summary>Groups that there are.</summary>
    public long Count { get; private set; }

    /// <summary>What the groups ran out of, so that what is here isn't whole.</summary>
    public GroupLimit Exceeded { get; private set; }

    /// <summary>The group's value that the interpreter's last <c>nd_group</c> gave; null before.</summary>
    internal byte* Current { get; set; }

    /// <summary>What finds groups. Valid until a group is made.</summary>
    internal GroupTable* Table => (GroupTable*)Memory;

    /// <summary>A value as it starts; behind what belongs to no group.</summary>
    private byte* Fresh => _scratch + _groupSize + Table->ValueOffset;

    /// <summary>A group's key. Valid until this is disposed.</summary>
    /// <param name="number">From 0 to <see cref="Count"/>, in the order in which groups were made.</param>
    public ReadOnlySpan<byte> Key(long number) => new(Group(number), Definition.KeySize);

    /// <summary>An integer of a group's key.</summary>
    /// <param name="number">The group.</param>
    /// <param name="field">One of the key's fields that has a type.</param>
    public Int128 KeyNumber(long number, GroupKeyField field) => FieldMemory.Read(Group(number) + field.Offset, field.Type!.Value);

    /// <summary>A group's exact total.</summary>
    /// <param name="number">The group.</param>
    /// <param name="field">Index in <see cref="GroupLayout.Values"/>.</param>
    public Int128 Total(long number, int field) => _totals.Read(Value(number), field);

    /// <summary>Makes another worker's groups part of these.</summary>
    /// <exception cref="GroupLimitException">There are more than the map, or the node's memory, holds.</exception>
    public void Absorb(GroupMap other)
    {
        for (long number = 0; number < other.Count && Exceeded == GroupLimit.None; number++)
        {
            byte* key = other.Group(number);
            byte* found = Table->Find(key);
            _totals.Merge(found is not null ? found : Add(key), other.Value(number));
        }

        ThrowIfExceeded();
    }

    /// <summary>Those of the groups that are kept, in a map of their own, which is the caller's to dispose.</summary>
    /// <param name="isKept">Asked for each group.</param>
    /// <exception cref="GroupLimitException">There is no memory for them.</exception>
    public GroupMap Where(Predicate<long> isKept)
    {
        GroupMap kept = new(Definition, _budget);
        try
        {
            for (long number = 0; number < Count; number++)
            {
                if (isKept(number))
                {
                    _totals.Merge(kept.Add(Group(number)), Value(number));
                }
            }

            kept.ThrowIfExceeded();
            return kept;
        }
        catch
        {
            kept.Dispose();
            throw;
        }
    }

    /// <exception cref="GroupLimitException">The groups ran out of something.</exception>
    public void ThrowIfExceeded()
    {
        if (Exceeded != GroupLimit.None)
        {
            throw new GroupLimitException(Definition.Name, Exceeded, Exceeded == GroupLimit.Groups
                ? $"There are more than {Definition.MaxEntries} groups, the number that it was declared with."
                : $"{Count} groups of {_groupSize} bytes take all the memory that is left: {_budget.Used} of {_budget.Limit} bytes are taken.");
        }
    }

    /// <exception cref="GroupLimitException">A sum of some group has more than the 64 bits that a program sees of it.</exception>
    public void ThrowUnlessVisible()
    {
        for (long number = 0; number < Count; number++)
        {
            ThrowUnlessVisible(number);
        }
    }

    /// <exception cref="GroupLimitException">A sum of the group has more than the 64 bits that a program sees of it.</exception>
    public void ThrowUnlessVisible(long number)
    {
        if (_totals.Overflowed(Value(number)) is { } field)
        {
            throw new GroupLimitException(
                Definition.Name,
                GroupLimit.Sum,
                $"Sum {_layout.Values[field].Name} of a group is {Total(number, field)}, and a program sees 64 bits of it.");
        }
    }

    /// <summary>Makes the group of a key that has none; where there is no room, gives a place that belongs to no group, and remembers that.</summary>
    internal byte* Add(byte* key)
    {
        if (Count == Definition.MaxEntries)
        {
            Exceeded = GroupLimit.Groups;
        }
        else if (Exceeded == GroupLimit.None && !TryMakeRoom())
        {
            Exceeded = GroupLimit.Memory;
        }

        if (Exceeded != GroupLimit.None)
        {
            return _scratch + Table->ValueOffset;
        }

        byte* group = Group(Count++);
        Unsafe.CopyBlockUnaligned(group, key, (uint)Definition.KeySize);
        byte* value = group + Table->ValueOffset;
        Unsafe.CopyBlockUnaligned(value, Fresh, (uint)(_groupSize - Table->ValueOffset));
        Table->Insert(group);
        return value;
    }

    internal override byte* Lookup(byte* key) => Table->Find(key);

    /// <summary>Where a group's key is.</summary>
    internal byte* KeyAddress(long number) => Group(number);

    /// <summary>A group's value.</summary>
    internal byte* Value(long number) => Group(number) + Table->ValueOffset;

    /// <summary>The offset that the interpreter knows a value by: the group's number times its size.</summary>
    internal long OffsetOf(byte* value)
    {
        byte* group = value - Table->ValueOffset;
        long number = 0;
        foreach (AlignedMemory chunk in _chunks)
        {
            if (group >= chunk.Start && group < chunk.Start + chunk.Length)
            {
                return ((number * _groupSize) + (group - chunk.Start)) / _groupSize * Stride;
            }

            number += chunk.Length / _groupSize;
        }

        return Definition.MaxEntries * Stride;
    }

    /// <summary>Bytes from the start of the value that an offset of <see cref="OffsetOf"/> leads into.</summary>
    internal long OffsetInValue(long offset) => offset % Stride;

    /// <summary>The bytes at an offset of <see cref="OffsetOf"/>; empty where they are not all of one group's value.</summary>
    internal Span<byte> At(long offset, int size)
    {
        long number = offset / Stride;
        long inside = offset % Stride;
        bool isThere = offset >= 0 && (number < Count || number == Definition.MaxEntries) && inside + size <= Definition.ValueSize;
        byte* value = !isThere ? null : number < Count ? Value(number) : _scratch + Table->ValueOffset;
        return new Span<byte>(value + inside, isThere ? size : 0);
    }

    internal override bool Holds(long address, long size)
    {
        if (HoldsAt(_scratch, address, size))
        {
            return true;
        }

        foreach (AlignedMemory chunk in _chunks)
        {
            if (address >= (long)chunk.Start && address < (long)chunk.Start + chunk.Length)
            {
                long group = (address - (long)chunk.Start) / _groupSize;
                return HoldsAt(chunk.Start + (group * _groupSize), address, size);
            }
        }

        return false;
    }

    /// <summary>The 128-bit sums of a value, as the interpreter follows them.</summary>
    internal GroupTotals Totals => _totals;

    private static byte* LookUp(MapHeader* header, byte* key) => ((GroupTable*)header->Index)->Find(key);

    private protected override void DisposeMore()
    {
        _budget.Return(_taken);
        _chunks.ForEach(chunk => chunk.Dispose());
        _slots.Dispose();
    }

    private bool HoldsAt(byte* group, long address, long size)
    {
        long inside = address - (long)(group + Table->ValueOffset);
        return inside >= 0 && inside + size <= Definition.ValueSize;
    }

    /// <summary>More than a value's bytes, so that an offset past one value's end is not the next one.</summary>
    private long Stride => 2L * Rounded(Definition.ValueSize);

    private static int ValueOffset(MapDefinition definition) => (int)Rounded(definition.KeySize);

    private static int GroupSize(MapDefinition definition) =>
        ValueOffset(definition) + (definition.Group is null ? 0 : GroupTotals.SizeOf(definition));

    // Chunk k holds FirstChunk << k groups, all chunks before it as many less FirstChunk.
    private byte* Group(long number)
    {
        int chunk = BitOperations.Log2((ulong)(number + FirstChunk)) - BitOperations.Log2(FirstChunk);
        long first = ((long)FirstChunk << chunk) - FirstChunk;
        return _chunks[chunk].Start + ((number - first) * _groupSize);
    }

    private bool TryMakeRoom() => (Count < _room || TryAddChunk()) && (Table->IsDirect || 2 * Count < (long)Table->Mask || TryDoubleSlots());

    private bool TryAddChunk()
    {
        long groups = long.Min((long)FirstChunk << _chunks.Count, Definition.MaxEntries - _room);
        if (TryAllocate(groups * _groupSize) is not { } chunk)
        {
            return false;
        }

        _chunks.Add(chunk);
        _room += groups;
        return true;
    }

    private bool TryDoubleSlots()
    {
        long slots = 2 * ((long)Table->Mask + 1);
        if (TryAllocate(slots * sizeof(ulong)) is not { } memory)
        {
            return false;
        }

        _taken -= _slots.Length;
        _budget.Return(_slots.Length);
        _slots.Dispose();
        _slots = memory;
        Table->Slots = (ulong*)memory.Start;
        Table->Mask = (ulong)slots - 1;
        for (long number = 0; number < Count; number++)
        {
            Table->Insert(Group(number));
        }

        return true;
    }

    // Called from compiled code, which no exception may pass.
    private AlignedMemory? TryAllocate(long bytes)
    {
        if (!_budget.TryTake(bytes))
        {
            return null;
        }

        try
        {
            AlignedMemory memory = new(bytes);
            _taken += bytes;
            return memory;
        }
        catch (OutOfMemoryException)
        {
            _budget.Return(bytes);
            return null;
        }
    }
}
