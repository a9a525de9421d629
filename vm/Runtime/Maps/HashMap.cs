using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// A hash, and with a value for each CPU the per-CPU hash. Elements lie in one block; each bucket is a chain of them. Writers of a bucket
/// take turns; readers take no lock: they find an element by its key, and its sequence tells whether the key stood still meanwhile.
/// An update of an element fills a new one and puts it in place of the old, so that a value is seen whole; with a value for each
/// CPU, and where the value's own lock is held, it changes in place. This is the order of steps of the kernel's pre-allocated maps.
/// </summary>
internal unsafe class HashMap : BpfMap
{
    private const int MostLocks = 256;
    private const int HeaderSize = 16;

    private readonly KeyHash _hash;
    private readonly byte* _elements;
    private readonly uint* _heads;
    private readonly int* _locks;
    private readonly byte* _uses;
    private readonly uint[] _spares;
    private readonly long _stride;
    private readonly long _valueAt;
    private readonly long _slot;
    private readonly uint _buckets;
    private readonly uint _lockMask;
    private readonly int _cpus;
    private readonly FreeElements _free;

    /// <param name="definition">What it is.</param>
    /// <param name="budget">Whose memory it takes.</param>
    /// <param name="cpus">CPUs that there may be.</param>
    public HashMap(MapDefinition definition, MemoryBudget budget, int cpus)
        : base(definition, budget, Size(definition, cpus))
    {
        _hash = new KeyHash(definition.KeySize, Seed(definition));
        _cpus = cpus;
        IsPerCpu = HasValueForEachCpu(definition);
        _buckets = Buckets(definition);
        _lockMask = uint.Min(_buckets, MostLocks) - 1;
        _slot = Rounded(definition.ValueSize);
        _valueAt = HeaderSize + Rounded(definition.KeySize);
        _stride = Stride(definition, cpus);
        _elements = Memory;
        _heads = (uint*)(Memory + (_stride * Elements(definition, cpus)));
        _locks = (int*)(_heads + _buckets);
        _uses = IsLru(definition) ? (byte*)(_locks + _lockMask + 1) : null;
        _free = new FreeElements(_elements, _stride, (uint)definition.MaxEntries);
        for (uint bucket = 0; bucket < _buckets; bucket++)
        {
            _heads[bucket] = HashElement.End | bucket;
        }

        // Beyond the entries: what an update fills before the old element is free.
        _spares = [.. Enumerable.Range(0, cpus).Select(cpu => (uint)(definition.MaxEntries + cpu))];
        Header->Values = _elements + _valueAt;
        Header->Stride = _stride;
        Grid = new ValueGrid
        {
            First = _elements + _valueAt,
            Elements = Elements(definition, cpus),
            ElementStride = _stride,
            Slots = IsPerCpu ? cpus : 1,
            SlotStride = _slot,
            Size = definition.ValueSize,
        };
    }

    public override int HostValueSize => IsPerCpu ? (int)_slot * _cpus : Definition.ValueSize;

    private bool IsPerCpu { get; }

    internal override byte* Lookup(byte* key)
    {
        uint found = FindUsed(key);
        return found == HashElement.None ? null : ValueOf(At(found)) + (IsPerCpu ? RunContext.Current.ProcessorAmong(_cpus) * _slot : 0);
    }

    internal override byte* LookupOn(byte* key, uint cpu)
    {
        uint found = cpu < (uint)_cpus ? FindUsed(key) : HashElement.None;
        return found == HashElement.None ? null : ValueOf(At(found)) + (cpu * _slot);
    }

    internal override MapError Update(byte* key, byte* value, ulong flags) =>
        Put(key, value, flags, IsPerCpu ? ValueSource.ThisCpu : ValueSource.Whole);

    internal override MapError Delete(byte* key)
    {
        uint hash = _hash.Of(key);
        int* bucketLock = Enter(hash);
        uint* link = FindLink(key, hash);
        MapError result = link is null ? MapError.NoEntry : MapError.None;
        if (link is not null)
        {
            _free.Return(Unlink(link));
        }

        NativeLock.Exit(bucketLock);
        return result;
    }

    internal override MapError NextKey(byte* key, byte* next)
    {
        if (key is not null)
        {
            uint hash = _hash.Of(key);
            int* bucketLock = Enter(hash);
            uint* link = FindLink(key, hash);
            uint after = link is null ? 0 : At(*link)->Next;
            bool isInBucket = link is not null && (after & HashElement.End) == 0;
            if (isInBucket)
            {
                CopyKey(At(after), next);
            }

            NativeLock.Exit(bucketLock);
            if (isInBucket)
            {
                return MapError.None;
            }

            if (link is not null)
            {
                return FirstKey((hash & (_buckets - 1)) + 1, next);
            }
        }

        return FirstKey(0, next);
    }

    internal override bool MoveNext(ref ElementCursor cursor)
    {
        while (cursor.Position < Grid.Elements)
        {
            HashElement* element = At((uint)cursor.Position++);
            if (IsLive(Volatile.Read(ref element->Sequence)))
            {
                cursor.Key = KeyOf(element);
                cursor.Value = ValueOf(element) + (IsPerCpu ? RunContext.Current.ProcessorAmong(_cpus) * _slot : 0);
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
        for (; bucket < _buckets; bucket++)
        {
            if ((Volatile.Read(ref _heads[bucket]) & HashElement.End) != 0)
            {
                continue;
            }

            int* bucketLock = Enter(bucket);
            int length = Length(bucket);
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

    /// <summary>For each element of an LRU map whether it was used since that was last asked; null for other maps.</summary>
    private protected byte* Uses => _uses;

    private protected static bool IsLive(uint sequence) => sequence != 0 && (sequence & 1) == 0;

    private protected override MapError CopyOut(byte* key, byte* value, ulong flags)
    {
        while (true)
        {
            uint number = Find(key, _hash.Of(key));
            if (number == HashElement.None)
            {
                return MapError.NoEntry;
            }

            HashElement* found = At(number);
            uint sequence = Volatile.Read(ref found->Sequence);
            if (IsLive(sequence) && _hash.AreEqual(KeyOf(found), key))
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
        uint hash = _hash.Of(key);
        int* bucketLock = Enter(hash);
        uint* link = FindLink(key, hash);
        if (link is not null)
        {
            CopyWhole(At(*link), value, flags);
            _free.Return(Unlink(link));
        }

        NativeLock.Exit(bucketLock);
        return link is null ? MapError.NoEntry : MapError.None;
    }

    /// <summary>Makes an element free where none is; false where that can't be.</summary>
    private protected virtual bool TryEvict() => false;

    /// <summary>Deletes an element, if it is still what it was; gives its memory back.</summary>
    private protected bool TryDelete(uint element, uint sequence)
    {
        uint hash = At(element)->Hash;
        int* bucketLock = Enter(hash);
        uint* link = &_heads[hash & (_buckets - 1)];
        while (*link != element && (*link & HashElement.End) == 0)
        {
            link = &At(*link)->Next;
        }

        bool isSame = *link == element && At(element)->Sequence == sequence;
        if (isSame)
        {
            _free.Return(Unlink(link));
        }

        NativeLock.Exit(bucketLock);
        return isSame;
    }

    private protected HashElement* At(uint element) => (HashElement*)(_elements + (element * _stride));

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

    // At least two for each element, so that most lookups look at one element: a chain of more is a branch that can't be foreseen.
    private static uint Buckets(MapDefinition definition) => BitOperations.RoundUpToPowerOf2(2 * (uint)definition.MaxEntries);

    private static long Elements(MapDefinition definition, int cpus) => definition.MaxEntries + (long)cpus;

    private static long Stride(MapDefinition definition, int cpus)
    {
        int slots = HasValueForEachCpu(definition) ? cpus : 1;
        return HeaderSize + Rounded(definition.KeySize) + (Rounded(definition.ValueSize) * slots);
    }

    private static bool HasValueForEachCpu(MapDefinition definition) => definition.Type is MapType.PerCpuHash or MapType.LruPerCpuHash;

    private static Int128 Size(MapDefinition definition, int cpus) =>
        ((Int128)Stride(definition, cpus) * Elements(definition, cpus))
        + (sizeof(uint) * ((Int128)Buckets(definition) + uint.Min(Buckets(definition), MostLocks)))
        + (IsLru(definition) ? Elements(definition, cpus) : 0);

    private static bool IsLru(MapDefinition definition) => definition.Type is MapType.LruHash or MapType.LruPerCpuHash;

    private static byte* KeyOf(HashElement* element) => (byte*)element + HeaderSize;

    private byte* ValueOf(HashElement* element) => (byte*)element + _valueAt;

    private int* Enter(uint hash)
    {
        int* bucketLock = &_locks[hash & _lockMask];
        NativeLock.Enter(bucketLock);
        return bucketLock;
    }

    private uint FindUsed(byte* key)
    {
        uint found = Find(key, _hash.Of(key));
        if (_uses is not null && found != HashElement.None)
        {
            _uses[found] = 1;
        }

        return found;
    }

    private uint Find(byte* key, uint hash)
    {
        uint bucket = hash & (_buckets - 1);
        uint at;
        do
        {
            at = Volatile.Read(ref _heads[bucket]);
            while ((at & HashElement.End) == 0)
            {
                HashElement* element = At(at);
                uint sequence = Volatile.Read(ref element->Sequence);
                if (element->Hash == hash && _hash.AreEqual(KeyOf(element), key) && IsLive(sequence))
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

    /// <summary>What points to a key's element, or null. The bucket's lock is held.</summary>
    private uint* FindLink(byte* key, uint hash)
    {
        uint* link = &_heads[hash & (_buckets - 1)];
        while ((*link & HashElement.End) == 0)
        {
            HashElement* element = At(*link);
            if (element->Hash == hash && _hash.AreEqual(KeyOf(element), key))
            {
                return link;
            }

            link = &element->Next;
        }

        return null;
    }

    private void MarkUse(uint element, byte use)
    {
        if (_uses is not null)
        {
            _uses[element] = use;
        }
    }

    private MapError Put(byte* key, byte* value, ulong flags, ValueSource source)
    {
        if (!AreValid(flags))
        {
            return MapError.Invalid;
        }

        uint hash = _hash.Of(key);
        while (true)
        {
            int* bucketLock = Enter(hash);
            uint* link = FindLink(key, hash);
            if (link is null && (flags & UpdateFlags.Exist) == 0)
            {
                uint fresh = _free.Take();
                if (fresh != HashElement.None)
                {
                    Fill(fresh, key, hash, value, source);
                    MarkUse(fresh, 0);
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
        HashElement* old = At(*link);
        if (IsPerCpu)
        {
            Write(old, value, source);
        }
        else if ((flags & UpdateFlags.Lock) != 0)
        {
            CopyValueIn(value, ValueOf(old), flags);
        }
        else
        {
            ref uint spare = ref _spares[RunContext.Current.ProcessorAmong(_cpus)];
            uint fresh = TakeSpare(ref spare);
            uint replaced = *link;
            Fill(fresh, key, hash, value, source);
            MarkUse(fresh, 1);

            // The new element may be what the link was in.
            link = &_heads[hash & (_buckets - 1)];
            while (*link != replaced)
            {
                link = &At(*link)->Next;
            }

            Volatile.Write(ref spare, Unlink(link));
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
        HashElement* element = At(fresh);
        uint* head = &_heads[hash & (_buckets - 1)];
        element->Sequence |= 1;
        Volatile.WriteBarrier();
        element->Hash = hash;
        Unsafe.CopyBlockUnaligned(KeyOf(element), key, (uint)Definition.KeySize);
        if (source == ValueSource.ThisCpu)
        {
            Unsafe.InitBlockUnaligned(ValueOf(element), 0, (uint)(_slot * _cpus));
        }
        else if (Definition.SpinLockOffset is { } at)
        {
            Unsafe.WriteUnaligned(ValueOf(element) + at, 0);
        }

        Write(element, value, source);
        element->Next = *head;

        // Release: the element must be whole before a reader can find it. Sequences start anew at 2, as 0 is an element never used.
        Volatile.Write(ref element->Sequence, uint.Max(element->Sequence + 1, 2));
        Volatile.Write(ref *head, fresh);
    }

    private void Write(HashElement* element, byte* value, ValueSource source)
    {
        if (!IsPerCpu)
        {
            CopyValueIn(value, ValueOf(element), UpdateFlags.Any);
        }
        else if (source == ValueSource.ThisCpu)
        {
            CopyValueIn(value, ValueOf(element) + (RunContext.Current.ProcessorAmong(_cpus) * _slot), UpdateFlags.Any);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(ValueOf(element), value, (uint)HostValueSize);
        }
    }

    private void CopyWhole(HashElement* element, byte* value, ulong flags)
    {
        if (IsPerCpu)
        {
            Unsafe.CopyBlockUnaligned(value, ValueOf(element), (uint)HostValueSize);
        }
        else
        {
            CopyValueOut(ValueOf(element), value, flags);
        }
    }

    /// <summary>Takes an element out of its chain; it is the caller's then. The bucket's lock is held.</summary>
    private uint Unlink(uint* link)
    {
        uint number = *link;
        HashElement* element = At(number);
        Volatile.Write(ref *link, element->Next);
        Volatile.Write(ref element->Sequence, element->Sequence + 1);
        return number;
    }

    private MapError FirstKey(uint bucket, byte* next)
    {
        for (; bucket < _buckets; bucket++)
        {
            if ((Volatile.Read(ref _heads[bucket]) & HashElement.End) != 0)
            {
                continue;
            }

            int* bucketLock = Enter(bucket);
            uint first = _heads[bucket];
            bool isFound = (first & HashElement.End) == 0;
            if (isFound)
            {
                CopyKey(At(first), next);
            }

            NativeLock.Exit(bucketLock);
            if (isFound)
            {
                return MapError.None;
            }
        }

        return MapError.NoEntry;
    }

    private void CopyKey(HashElement* element, byte* key) => Unsafe.CopyBlockUnaligned(key, KeyOf(element), (uint)Definition.KeySize);

    private int Length(uint bucket)
    {
        int length = 0;
        for (uint at = _heads[bucket]; (at & HashElement.End) == 0; at = At(at)->Next)
        {
            length++;
        }

        return length;
    }

    private void CopyBucket(uint bucket, byte* keys, byte* values, ref int count, BatchFate fate)
    {
        for (uint at = _heads[bucket]; (at & HashElement.End) == 0; at = At(at)->Next, count++)
        {
            CopyKey(At(at), keys + ((long)count * Definition.KeySize));
            CopyWhole(At(at), values + ((long)count * HostValueSize), UpdateFlags.Any);
        }

        while (fate == BatchFate.Deleted && (_heads[bucket] & HashElement.End) == 0)
        {
            _free.Return(Unlink(&_heads[bucket]));
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
