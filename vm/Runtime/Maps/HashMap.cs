using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// A hash, and with a value for each CPU the per-CPU hash. Writers of a bucket take turns; readers take no lock (<see cref="HashIndex"/>).
/// An update of an element fills a new one and puts it in place of the old, so that a value is seen whole; with a value for each
/// CPU, and where the value's own lock is held, it changes in place. This is the order of steps of the kernel's pre-allocated maps.
/// </summary>
internal unsafe class HashMap : BpfMap
{
    private readonly HashLayout _layout;
    private readonly uint[] _spares;
    private readonly int _cpus;
    private readonly FreeElements _free;
    private readonly HashKeys _keys;

    /// <param name="definition">What it is.</param>
    /// <param name="budget">Whose memory it takes.</param>
    /// <param name="cpus">CPUs that there may be.</param>
    public HashMap(MapDefinition definition, MemoryBudget budget, int cpus)
        : base(definition, budget, new HashLayout(definition, cpus).Size)
    {
        _layout = new HashLayout(definition, cpus);
        _cpus = cpus;
        Index = (HashIndex*)Memory;
        HashIndex.Initialize(Index, _layout, new KeyHash(definition.KeySize, Seed(definition)), cpus);
        _free = new FreeElements((byte*)Index->At(0), _layout.Stride, (uint)definition.MaxEntries);
        _spares = [.. Enumerable.Range(0, cpus).Select(cpu => (uint)(definition.MaxEntries + cpu))];
        _keys = new HashKeys(Index, _layout.Buckets, definition.KeySize);
        Header->Values = Index->ValueOf(Index->At(0));
        Header->Stride = _layout.Stride;
        Header->Index = Index;
        Header->Lookup = &HashIndex.Lookup;
        Grid = new ValueGrid
        {
            First = Header->Values,
            Elements = _layout.Elements,
            ElementStride = _layout.Stride,
            Slots = _layout.IsPerCpu ? cpus : 1,
            SlotStride = _layout.Slot,
            Size = definition.ValueSize,
        };
    }

    public override int HostValueSize => _layout.IsPerCpu ? (int)_layout.Slot * _cpus : Definition.ValueSize;

    /// <summary>Where elements are found.</summary>
    private protected HashIndex* Index { get; }

    internal override byte* Lookup(byte* key) => HashIndex.Lookup(Header, key);

    internal override byte* LookupOn(byte* key, uint cpu)
    {
        uint found = cpu < (uint)_cpus ? Index->FindUsed(key) : HashElement.None;
        return found == HashElement.None ? null : Index->ValueOf(Index->At(found)) + (cpu * _layout.Slot);
    }

    // An element's value follows its key.
    internal override bool HoldsKey(long address, long size)
    {
        long offset = address + Rounded(Definition.KeySize) - (long)Grid.First;
        return Grid.ElementAt(offset) >= 0 && (offset % Grid.ElementStride) + size <= Definition.KeySize;
    }

    internal override MapError Update(byte* key, byte* value, ulong flags) =>
        Put(key, value, flags, _layout.IsPerCpu ? ValueSource.ThisCpu : ValueSource.Whole);

    internal override MapError Delete(byte* key)
    {
        uint hash = Index->Hash(key);
        int* bucketLock = Index->Enter(hash);
        uint* link = Index->FindLink(key, hash);
        MapError result = link is null ? MapError.NoEntry : MapError.None;
        if (link is not null)
        {
            _free.Return(Index->Unlink(link));
        }

        NativeLock.Exit(bucketLock);
        return result;
    }

    internal override MapError NextKey(byte* key, byte* next) => key is null ? _keys.FirstOf(0, next) : _keys.After(key, next);

    internal override bool MoveNext(ref ElementCursor cursor)
    {
        while (cursor.Position < Grid.Elements)
        {
            HashElement* element = Index->At((uint)cursor.Position++);
            if (HashElement.IsLive(Volatile.Read(ref element->Sequence)))
            {
                cursor.Key = HashElement.KeyOf(element);
                cursor.Value = ThisValue(element);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Copies whole buckets out, from one on, as long as there is room: <c>BPF_MAP_LOOKUP_BATCH</c> and, if they are deleted too,
    /// <c>BPF_MAP_LOOKUP_AND_DELETE_BATCH</c>.
    /// </summary>
    /// <param name="bucket">The bucket to begin with; gets the one to go on with.</param>
    /// <param name="keys">Room for as many keys.</param>
    /// <param name="values">Room for as many values.</param>
    /// <param name="count">How many there is room for; gets how many there are.</param>
    /// <param name="fate">What happens to what was copied.</param>
    internal MapError CopyBuckets(ref uint bucket, byte* keys, byte* values, ref int count, BatchFate fate)
    {
        (int room, count) = (count, 0);
        for (; bucket < _layout.Buckets; bucket++)
        {
            if ((Volatile.Read(ref *Index->Head(bucket)) & HashElement.End) != 0)
            {
                continue;
            }

            int* bucketLock = Index->Enter(bucket);
            int length = Index->LengthOf(bucket);
            bool fits = length <= room - count;
            if (fits)
            {
                CopyBucket(bucket, keys, values, ref count, fate);
            }

            NativeLock.Exit(bucketLock);
            if (!fits)
            {
                return count == 0 ? MapError.NoSpace : MapError.None;
            }
        }

        return MapError.NoEntry;
    }

    private protected override MapError CopyOut(byte* key, byte* value, ulong flags)
    {
        while (true)
        {
            uint number = Index->Find(key, Index->Hash(key));
            if (number == HashElement.None)
            {
                return MapError.NoEntry;
            }

            HashElement* found = Index->At(number);
            uint sequence = Volatile.Read(ref found->Sequence);
            if (HashElement.IsLive(sequence) && Index->HasKey(found, key))
            {
                CopyWhole(found, value, flags);
                Volatile.ReadBarrier();
                if (found->Sequence == sequence)
                {
                    return MapError.None;
                }
            }
        }
    }

    private protected override MapError HostUpdate(byte* key, byte* value, ulong flags) => Put(key, value, flags, ValueSource.Whole);

    private protected override MapError CopyOutAndDelete(byte* key, byte* value, ulong flags)
    {
        uint hash = Index->Hash(key);
        int* bucketLock = Index->Enter(hash);
        uint* link = Index->FindLink(key, hash);
        if (link is not null)
        {
            CopyWhole(Index->At(*link), value, flags);
            _free.Return(Index->Unlink(link));
        }

        NativeLock.Exit(bucketLock);
        return link is null ? MapError.NoEntry : MapError.None;
    }

    /// <summary>Makes an element free where none is; false where that can't be.</summary>
    private protected virtual bool TryEvict() => false;

    /// <summary>Deletes an element, if it is still what it was; gives its memory back.</summary>
    private protected bool TryDelete(uint element, uint sequence)
    {
        uint hash = Index->At(element)->Hash;
        int* bucketLock = Index->Enter(hash);
        uint* link = Index->FindLink(element, hash);
        bool isSame = *link == element && Index->At(element)->Sequence == sequence;
        if (isSame)
        {
            _free.Return(Index->Unlink(link));
        }

        NativeLock.Exit(bucketLock);
        return isSame;
    }

    private static ulong Seed(MapDefinition definition)
    {
        if ((definition.Flags & MapFlags.ZeroSeed) != 0)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    private byte* ThisValue(HashElement* element) =>
        Index->ValueOf(element) + (_layout.IsPerCpu ? RunContext.Current.ProcessorAmong(_cpus) * _layout.Slot : 0);

    private MapError Put(byte* key, byte* value, ulong flags, ValueSource source)
    {
        if (!AreValid(flags))
        {
            return MapError.Invalid;
        }

        uint hash = Index->Hash(key);
        while (true)
        {
            int* bucketLock = Index->Enter(hash);
            uint* link = Index->FindLink(key, hash);
            if (link is null && (flags & UpdateFlags.Exist) == 0)
            {
                uint fresh = _free.Take();
                if (fresh != HashElement.None)
                {
                    Fill(fresh, key, hash, value, source);
                    Index->MarkUse(fresh, 0);
                }

                NativeLock.Exit(bucketLock);
                if (fresh != HashElement.None)
                {
                    return MapError.None;
                }

                // Without the lock: what is evicted is in another bucket, whose writer may wait for this one.
                if (!TryEvict())
                {
                    return MapError.TooBig;
                }
            }
            else
            {
                MapError result = link is null ? MapError.NoEntry : (flags & UpdateFlags.NoExist) != 0 ? MapError.Exists : MapError.None;
                if (result == MapError.None)
                {
                    Change(link, key, hash, value, flags, source);
                }

                NativeLock.Exit(bucketLock);
                return result;
            }
        }
    }

    private void Change(uint* link, byte* key, uint hash, byte* value, ulong flags, ValueSource source)
    {
        HashElement* old = Index->At(*link);
        if (_layout.IsPerCpu)
        {
            Write(old, value, source);
        }
        else if ((flags & UpdateFlags.Lock) != 0)
        {
            CopyValueIn(value, Index->ValueOf(old), flags);
        }
        else
        {
            ref uint spare = ref _spares[RunContext.Current.ProcessorAmong(_cpus)];
            uint fresh = TakeSpare(ref spare);
            uint replaced = *link;
            Fill(fresh, key, hash, value, source);
            Index->MarkUse(fresh, 1);

            // The new element may be what the link was in.
            Volatile.Write(ref spare, Index->Unlink(Index->FindLink(replaced, hash)));
        }
    }

    // Another thread of the same number is in the middle of an update, and puts its spare back right after it.
    private static uint TakeSpare(ref uint spare)
    {
        uint taken = Interlocked.Exchange(ref spare, HashElement.None);
        SpinWait spin = default;
        while (taken == HashElement.None)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            taken = Interlocked.Exchange(ref spare, HashElement.None);
        }

        return taken;
    }

    /// <summary>Fills an element that is the caller's, and makes it the first of its chain. The bucket's lock is held.</summary>
    private void Fill(uint fresh, byte* key, uint hash, byte* value, ValueSource source)
    {
        HashElement* element = Index->At(fresh);
        uint* head = Index->Head(hash);
        element->Sequence |= 1;
        Volatile.WriteBarrier();
        element->Hash = hash;
        Unsafe.CopyBlockUnaligned(HashElement.KeyOf(element), key, (uint)Definition.KeySize);
        if (source == ValueSource.ThisCpu)
        {
            Unsafe.InitBlockUnaligned(Index->ValueOf(element), 0, (uint)(_layout.Slot * _cpus));
        }
        else if (Definition.SpinLockOffset is { } at)
        {
            Unsafe.WriteUnaligned(Index->ValueOf(element) + at, 0);
        }

        Write(element, value, source);
        element->Next = *head;

        // Release: the element must be whole before a reader can find it. Sequences start anew at 2, as 0 is an element never used.
        Volatile.Write(ref element->Sequence, uint.Max(element->Sequence + 1, 2));
        Volatile.Write(ref *head, fresh);
    }

    private void Write(HashElement* element, byte* value, ValueSource source)
    {
        if (_layout.IsPerCpu && source == ValueSource.Whole)
        {
            Unsafe.CopyBlockUnaligned(Index->ValueOf(element), value, (uint)HostValueSize);
        }
        else
        {
            CopyValueIn(value, ThisValue(element), UpdateFlags.Any);
        }
    }

    private void CopyWhole(HashElement* element, byte* value, ulong flags)
    {
        if (_layout.IsPerCpu)
        {
            Unsafe.CopyBlockUnaligned(value, Index->ValueOf(element), (uint)HostValueSize);
        }
        else
        {
            CopyValueOut(Index->ValueOf(element), value, flags);
        }
    }

    private void CopyBucket(uint bucket, byte* keys, byte* values, ref int count, BatchFate fate)
    {
        uint* head = Index->Head(bucket);
        for (uint at = *head; (at & HashElement.End) == 0; at = Index->At(at)->Next, count++)
        {
            _keys.Copy(Index->At(at), keys + ((long)count * Definition.KeySize));
            CopyWhole(Index->At(at), values + ((long)count * HostValueSize), UpdateFlags.Any);
        }

        while (fate == BatchFate.Deleted && (*head & HashElement.End) == 0)
        {
            _free.Return(Index->Unlink(head));
        }
    }

    private enum ValueSource
    {
        /// <summary>All that the element holds.</summary>
        Whole,

        /// <summary>The value of the CPU that asks; the others' start as zeros.</summary>
        ThisCpu,
    }
}
