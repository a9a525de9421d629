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
    private const int FirstSlots = 128;

    /// <summary>Groups whose slots a core's first-level cache holds, and half of the second.</summary>
    private const int FewestFiltered = 1 << 13;

    /// <summary>Groups for a word of the filter, so that one in 20 keys without a group, or fewer, passes it.</summary>
    private const int MostInWord = 8;

    private readonly MemoryBudget _budget;
    private readonly GroupLayout _layout;
    private readonly GroupTotals _totals;
    private readonly GroupChunks _chunks;
    private readonly byte* _scratch;
    private readonly int _groupSize;
    private AlignedMemory _slots;
    private AlignedMemory? _filter;
    private long _taken;

    internal GroupMap(MapDefinition definition, MemoryBudget budget)
        : base(definition, budget, AlignedMemory.Align(sizeof(GroupTable)) + (2L * GroupSize(definition)))
    {
        _budget = budget;
        _layout = definition.Group ?? throw new MapMemoryException(definition.Name, "Nothing is said of its groups' members.");
        _totals = new GroupTotals(definition);
        _groupSize = GroupSize(definition);
        _chunks = new GroupChunks(_groupSize, definition.MaxEntries);
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
        Header->Lookup = definition.KeySize == sizeof(ulong) ? &LookUpNumber : &LookUp;
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

    /// <summary>Makes other workers' groups part of these; theirs are of no use afterwards, nor are these where it fails.</summary>
    /// <param name="others">Of the same map.</param>
    /// <param name="threads">The most threads that do it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GroupLimitException">There are more than the map, or the node's memory, holds.</exception>
    public void Absorb(IReadOnlyList<GroupMap> others, int threads, CancellationToken cancellation = default)
    {
        long more = others.Sum(other => other.Count);
        if (threads > 1 && more >= GroupMerge.Fewest && !Table->IsDirect && TryMakeSlots(Count + more) && TryAllocate(GroupMerge.BytesFor(more)) is { } memory)
        {
            using GroupMerge merge = new(this, others, memory, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation });
            merge.Run();
            Return(memory.Length);
        }
        else
        {
            foreach (GroupMap other in others)
            {
                cancellation.ThrowIfCancellationRequested();
                Absorb(other);
            }
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

    /// <summary>Makes lookups of keys that have no group take less time, where there is memory for that. The last call before others look groups up.</summary>
    public void Freeze()
    {
        if (Table->IsDirect || Count < FewestFiltered || _filter is not null)
        {
            return;
        }

        long words = (long)BitOperations.RoundUpToPowerOf2((ulong)Count / MostInWord);
        if ((_filter = TryAllocate(words * sizeof(ulong))) is not { } memory)
        {
            return;
        }

        Table->FilterMask = (ulong)words - 1;
        Table->Filter = (ulong*)memory.Start;
        for (long number = 0; number < Count; number++)
        {
            Table->AddToFilter(Table->Hash.Whole(Group(number)));
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

    /// <summary>Room for more groups, which are among these from then on; the caller sees to what they are. False where there isn't so much.</summary>
    internal bool TryMakeRoom(long more)
    {
        if (more > Definition.MaxEntries - Count)
        {
            Exceeded = GroupLimit.Groups;
        }

        while (Exceeded == GroupLimit.None && _chunks.Room < Count + more)
        {
            if (!TryAddChunk())
            {
                Exceeded = GroupLimit.Memory;
            }
        }

        Count += Exceeded == GroupLimit.None ? more : 0;
        return Exceeded == GroupLimit.None;
    }

    /// <summary>Copies another worker's group to a number's place; its address there.</summary>
    internal byte* CopyTo(long number, byte* group)
    {
        byte* place = Group(number);
        Unsafe.CopyBlockUnaligned(place, group, (uint)_groupSize);
        return place;
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

        // What is frozen has no more groups; where one comes yet, no filter denies it.
        Table->Filter = null;
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
        return (_chunks.NumberAt((long)group) ?? Definition.MaxEntries) * Stride;
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

    internal override bool Holds(long address, long size) =>
        HoldsAt(_scratch, address, size) || (_chunks.NumberAt(address) is { } number && HoldsAt(Group(number), address, size));

    /// <summary>The 128-bit sums of a value, as the interpreter follows them.</summary>
    internal GroupTotals Totals => _totals;

    private static byte* LookUpNumber(MapHeader* header, byte* key) => ((GroupTable*)header->Index)->FindNumber(key);

    private static byte* LookUp(MapHeader* header, byte* key) => ((GroupTable*)header->Index)->Find(key);

    private protected override void DisposeMore()
    {
        _budget.Return(_taken);
        _chunks.Dispose();
        _slots.Dispose();
        _filter?.Dispose();
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

    private byte* Group(long number) => _chunks[number];

    private void Absorb(GroupMap other)
    {
        for (long number = 0; number < other.Count && Exceeded == GroupLimit.None; number++)
        {
            byte* key = other.Group(number);
            byte* found = Table->Find(key);
            _totals.Merge(found is not null ? found : Add(key), other.Value(number));
        }
    }

    private bool TryMakeRoom() => (Count < _chunks.Room || TryAddChunk()) && (Table->IsDirect || 2 * Count < (long)Table->Mask || TryMakeSlots(Count + 1));

    private bool TryAddChunk()
    {
        if (TryAllocate(_chunks.NextLength) is not { } chunk)
        {
            return false;
        }

        _chunks.Add(chunk);
        return true;
    }

    /// <summary>Makes as many slots as so many groups need, half of which are empty.</summary>
    private bool TryMakeSlots(long groups)
    {
        long slots = long.Max((long)Table->Mask + 1, (long)BitOperations.RoundUpToPowerOf2(2 * (ulong)groups));
        if (slots == (long)Table->Mask + 1)
        {
            return true;
        }

        if (TryAllocate(slots * sizeof(ulong)) is not { } memory)
        {
            return false;
        }

        Return(_slots.Length);
        _slots.Dispose();
        _slots = memory;
        Table->Slots = (ulong*)memory.Start;
        Table->Mask = (ulong)slots - 1;
        long left = Count;
        foreach ((nint first, long room) in _chunks.All)
        {
            GroupSearch.Insert(Table, (byte*)first, _groupSize, long.Min(left, room));
            left -= long.Min(left, room);
        }

        return true;
    }

    private void Return(long bytes)
    {
        _taken -= bytes;
        _budget.Return(bytes);
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
