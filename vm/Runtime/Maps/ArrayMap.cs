using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// An array: every entry is there from the start; an update changes it in place. Also each of a program's data sections, and, with a value
/// for each CPU, the per-CPU array.
/// </summary>
internal sealed unsafe class ArrayMap : BpfMap
{
    private readonly byte* _values;
    private readonly uint _entries;
    private readonly int _cpus;
    private readonly long _slot;

    /// <param name="definition">What it is.</param>
    /// <param name="budget">Whose memory it takes.</param>
    /// <param name="cpus">Values of each entry.</param>
    public ArrayMap(MapDefinition definition, MemoryBudget budget, int cpus)
        : base(definition, budget, (Int128)Rounded(definition.ValueSize) * cpus * definition.MaxEntries)
    {
        _values = Memory;
        _entries = (uint)definition.MaxEntries;
        _cpus = cpus;
        _slot = Rounded(definition.ValueSize);
        Grid = Place();
        if (!definition.InitialValue.IsDefaultOrEmpty)
        {
            definition.InitialValue.AsSpan().CopyTo(new Span<byte>(_values, definition.ValueSize));
        }
    }

    /// <summary>A read-only section whose one value is kept elsewhere, and outlives this.</summary>
    public ArrayMap(MapDefinition definition, byte* value)
        : base(definition, new MemoryBudget(0), 0)
    {
        _values = value;
        _entries = (uint)definition.MaxEntries;
        _cpus = 1;
        _slot = Rounded(definition.ValueSize);
        Grid = Place();
    }

    public override int HostValueSize => IsPerCpu ? (int)_slot * _cpus : Definition.ValueSize;

    private bool IsPerCpu => Definition.Type == MapType.PerCpuArray;

    internal override byte* Lookup(byte* key) => LookupOn(key, (uint)RunContext.Current.ProcessorAmong(_cpus));

    internal override byte* LookupOn(byte* key, uint cpu)
    {
        uint index = Unsafe.ReadUnaligned<uint>(key);
        return index < _entries && cpu < (uint)_cpus ? _values + (index * _slot * _cpus) + (cpu * _slot) : null;
    }

    internal override MapError Update(byte* key, byte* value, ulong flags)
    {
        MapError refused = Refuse(key, flags);
        if (refused == MapError.None)
        {
            CopyValueIn(value, Lookup(key), flags);
        }

        return refused;
    }

    internal override MapError Delete(byte* key) => MapError.Invalid;

    internal override MapError NextKey(byte* key, byte* next) => ArrayKeys.Next(key, next, _entries);

    internal override bool MoveNext(ref ElementCursor cursor)
    {
        if (cursor.Position >= _entries)
        {
            return false;
        }

        uint index = (uint)cursor.Position++;
        cursor.Index = index;
        cursor.Value = Lookup((byte*)&index);
        return true;
    }

    private protected override MapError CopyOut(byte* key, byte* value, ulong flags)
    {
        if (!IsPerCpu)
        {
            return base.CopyOut(key, value, flags);
        }

        byte* found = LookupOn(key, cpu: 0);
        if (found is null)
        {
            return MapError.NoEntry;
        }

        Unsafe.CopyBlockUnaligned(value, found, (uint)HostValueSize);
        return MapError.None;
    }

    private protected override MapError HostUpdate(byte* key, byte* value, ulong flags)
    {
        MapError refused = Refuse(key, flags);
        if (refused == MapError.None && IsPerCpu)
        {
            Unsafe.CopyBlockUnaligned(LookupOn(key, cpu: 0), value, (uint)HostValueSize);
        }
        else if (refused == MapError.None)
        {
            CopyValueIn(value, Lookup(key), flags);
        }

        return refused;
    }

    private MapError Refuse(byte* key, ulong flags) =>
        !AreValid(flags) ? MapError.Invalid
        : Unsafe.ReadUnaligned<uint>(key) >= _entries ? MapError.TooBig
        : (flags & UpdateFlags.NoExist) != 0 ? MapError.Exists
        : MapError.None;

    private ValueGrid Place()
    {
        Header->Values = _values;
        Header->Stride = _slot;
        Header->Entries = IsPerCpu ? 0 : _entries;
        return new ValueGrid
        {
            First = _values,
            Elements = _entries,
            ElementStride = _slot * _cpus,
            Slots = _cpus,
            SlotStride = _slot,
            Size = Definition.ValueSize,
        };
    }
}
