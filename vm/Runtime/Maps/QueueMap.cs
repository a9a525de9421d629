using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>A queue or a stack: values in a ring of one place more than there are entries, under one lock, as in the kernel.</summary>
internal sealed unsafe class QueueMap : BpfMap
{
    private readonly byte* _values;
    private readonly int* _lock;
    private readonly uint _places;
    private readonly uint _size;
    private uint _head;
    private uint _tail;

    public QueueMap(MapDefinition definition, MemoryBudget budget)
        : base(definition, budget, ((Int128)definition.ValueSize * (definition.MaxEntries + 1L)) + sizeof(long))
    {
        _lock = (int*)Memory;
        _values = Memory + sizeof(long);
        _places = (uint)definition.MaxEntries + 1;
        _size = (uint)definition.ValueSize;
    }

    internal override MapError Push(byte* value, ulong flags)
    {
        if ((flags & UpdateFlags.NoExist) != 0 || flags > UpdateFlags.Exist)
        {
            return MapError.Invalid;
        }

        NativeLock.Enter(_lock);
        bool isFull = After(_head) == _tail;
        if (isFull && flags == UpdateFlags.Exist)
        {
            // The oldest makes room.
            _tail = After(_tail);
            isFull = false;
        }

        if (!isFull)
        {
            Unsafe.CopyBlockUnaligned(Place(_head), value, _size);
            _head = After(_head);
        }

        NativeLock.Exit(_lock);
        return isFull ? MapError.TooBig : MapError.None;
    }

    internal override MapError Pop(byte* value) => Take(value, BatchFate.Deleted);

    internal override MapError Peek(byte* value) => Take(value, BatchFate.Kept);

    internal override MapError Update(byte* key, byte* value, ulong flags) => MapError.Invalid;

    internal override MapError Delete(byte* key) => MapError.Invalid;

    internal override MapError NextKey(byte* key, byte* next) => MapError.Invalid;

    private protected override MapError CopyOut(byte* key, byte* value, ulong flags) => Peek(value);

    private protected override MapError HostUpdate(byte* key, byte* value, ulong flags) => Push(value, flags);

    private protected override MapError CopyOutAndDelete(byte* key, byte* value, ulong flags) =>
        flags == UpdateFlags.Any ? Pop(value) : MapError.Invalid;

    private MapError Take(byte* value, BatchFate fate)
    {
        NativeLock.Enter(_lock);
        bool isEmpty = _head == _tail;
        if (isEmpty)
        {
            Unsafe.InitBlockUnaligned(value, 0, _size);
        }
        else
        {
            bool isStack = Definition.Type == MapType.Stack;
            uint last = _head == 0 ? _places - 1 : _head - 1;
            Unsafe.CopyBlockUnaligned(value, Place(isStack ? last : _tail), _size);
            if (fate == BatchFate.Deleted && isStack)
            {
                _head = last;
            }
            else if (fate == BatchFate.Deleted)
            {
                _tail = After(_tail);
            }
        }

        NativeLock.Exit(_lock);
        return isEmpty ? MapError.NoEntry : MapError.None;
    }

    private byte* Place(uint place) => _values + ((long)place * _size);

    private uint After(uint place) => place + 1 == _places ? 0 : place + 1;
}
