using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NearData.Isa.Programs;
using NearData.Vm.Memory;

namespace NearData.Vm.Maps;

/// <summary>
/// One map. Its memory is native and taken as a whole when it is made, so that a value keeps its address, and stays readable memory
/// of the map after its element was deleted, as with the kernel's pre-allocated maps. All operations may be called from any thread at
/// any time; a lookup takes no lock. Whoever runs a program keeps its maps reachable and undisposed until the run has ended.
/// </summary>
public abstract unsafe class BpfMap : IDisposable
{
    private readonly MemoryBudget _budget;
    private readonly HeaderMemory _header;
    private readonly AlignedMemory _memory;
    private bool _disposed;

    /// <param name="definition">What it is; its sizes were checked.</param>
    /// <param name="budget">Whose memory it takes.</param>
    /// <param name="bytes">How much it takes.</param>
    private protected BpfMap(MapDefinition definition, MemoryBudget budget, Int128 bytes)
    {
        budget.Take(definition, bytes);
        _budget = budget;
        Definition = definition;
        _memory = new AlignedMemory((long)bytes);
        _header = new HeaderMemory(this);
        Header->Lookup = &LookupByObject;
    }

    public MapDefinition Definition { get; }

    /// <summary>Bytes that it takes.</summary>
    public long MemoryBytes => _memory.Length;

    /// <summary>Bytes of a value as the host reads and writes it: for per-CPU maps every CPU's value, each rounded up to 8 bytes.</summary>
    public virtual int HostValueSize => Definition.ValueSize;

    /// <summary>Whether programs may store to values.</summary>
    internal virtual bool HasWritableValues => Definition.IsWritableByPrograms;

    /// <summary>Valid until this is disposed.</summary>
    internal MapHeader* Header => _header.Start;

    /// <summary>Where the values are.</summary>
    internal ValueGrid Grid { get; private protected init; }

    /// <summary>All of the map's bytes. Valid until this is disposed.</summary>
    private protected byte* Memory => _memory.Start;

    /// <summary>The map whose header is at an address.</summary>
    internal static BpfMap Of(long header) =>
        Unsafe.As<BpfMap>(GCHandle.FromIntPtr(((MapHeader*)header)->Handle).Target!);

    /// <summary>An array's value. Valid until this is disposed.</summary>
    public Span<byte> Value(int entry)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)entry, Header->Entries);
        return new Span<byte>(Header->Find((uint)entry), Definition.ValueSize);
    }

    /// <summary><c>BPF_MAP_LOOKUP_ELEM</c>: copies a value out.</summary>
    /// <param name="key">The key; of queues, stacks and bloom filters empty.</param>
    /// <param name="value"><see cref="HostValueSize"/> bytes. A bloom filter takes the value to look for from here.</param>
    /// <param name="flags">0 or <see cref="UpdateFlags.Lock"/>.</param>
    public MapError Lookup(ReadOnlySpan<byte> key, Span<byte> value, ulong flags = 0)
    {
        CheckKey(key);
        CheckValue(value);
        if ((Definition.Flags & MapFlags.WriteOnlyForHost) != 0)
        {
            return MapError.NotPermitted;
        }

        if ((flags & ~UpdateFlags.Lock) != 0 || ((flags & UpdateFlags.Lock) != 0 && Definition.SpinLockOffset is null))
        {
            return MapError.Invalid;
        }

        fixed (byte* from = key)
        fixed (byte* to = value)
        {
            return CopyOut(from, to, flags);
        }
    }

    /// <summary><c>BPF_MAP_UPDATE_ELEM</c>: makes or changes an element; of queues, stacks and bloom filters, adds a value.</summary>
    /// <param name="key">The key; of queues, stacks and bloom filters empty.</param>
    /// <param name="value"><see cref="HostValueSize"/> bytes.</param>
    /// <param name="flags">Of <see cref="UpdateFlags"/>.</param>
    public MapError Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong flags = UpdateFlags.Any)
    {
        CheckKey(key);
        CheckValue(value);
        if ((Definition.Flags & MapFlags.ReadOnlyForHost) != 0)
        {
            return MapError.NotPermitted;
        }

        fixed (byte* from = key)
        fixed (byte* to = value)
        {
            return HostUpdate(from, to, flags);
        }
    }

    /// <summary><c>BPF_MAP_DELETE_ELEM</c>.</summary>
    public MapError Delete(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        if ((Definition.Flags & MapFlags.ReadOnlyForHost) != 0)
        {
            return MapError.NotPermitted;
        }

        fixed (byte* from = key)
        {
            return Delete(from);
        }
    }

    /// <summary><c>BPF_MAP_GET_NEXT_KEY</c>: the key after another, or the first one where that isn't there.</summary>
    /// <param name="key">The key before; empty for the first.</param>
    /// <param name="next">Gets the key.</param>
    public MapError NextKey(ReadOnlySpan<byte> key, Span<byte> next)
    {
        ThrowIfDisposed();
        if (!key.IsEmpty)
        {
            CheckKey(key);
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(next.Length, Definition.KeySize);
        if ((Definition.Flags & MapFlags.WriteOnlyForHost) != 0)
        {
            return MapError.NotPermitted;
        }

        fixed (byte* from = key)
        fixed (byte* to = next)
        {
            return NextKey(from, to);
        }
    }

    /// <summary><c>BPF_MAP_LOOKUP_AND_DELETE_ELEM</c>: copies a value out and deletes the element, in one step.</summary>
    public MapError LookupAndDelete(ReadOnlySpan<byte> key, Span<byte> value, ulong flags = 0)
    {
        CheckKey(key);
        CheckValue(value);
        if ((Definition.Flags & (MapFlags.WriteOnlyForHost | MapFlags.ReadOnlyForHost)) != 0)
        {
            return MapError.NotPermitted;
        }

        if ((flags & ~UpdateFlags.Lock) != 0 || ((flags & UpdateFlags.Lock) != 0 && Definition.SpinLockOffset is null))
        {
            return MapError.Invalid;
        }

        fixed (byte* from = key)
        fixed (byte* to = value)
        {
            return CopyOutAndDelete(from, to, flags);
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _budget.Return(_memory.Length);
            _header.Dispose();
            _memory.Dispose();
            DisposeMore();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The address of a key's value, or null; of a map of maps, of the inner map's header. Of a per-CPU map, this CPU's.</summary>
    internal virtual byte* Lookup(byte* key) => null;

    /// <summary>The address of a key's value of one CPU, or null.</summary>
    internal virtual byte* LookupOn(byte* key, uint cpu) => null;

    /// <summary>Makes or changes an element, as programs do. Of a per-CPU map, this CPU's value of it.</summary>
    internal virtual MapError Update(byte* key, byte* value, ulong flags) => MapError.NotSupported;

    internal virtual MapError Delete(byte* key) => MapError.NotSupported;

    internal virtual MapError Push(byte* value, ulong flags) => MapError.NoOperation;

    internal virtual MapError Pop(byte* value) => MapError.NoOperation;

    internal virtual MapError Peek(byte* value) => MapError.NoOperation;

    /// <summary>Whether bytes lie all in one value that a program can be given the address of.</summary>
    internal virtual bool Holds(long address, long size)
    {
        long offset = address - (long)Grid.First;
        return Grid.ElementAt(offset) >= 0 && Grid.OffsetInValue(offset) is >= 0 and var inside && inside + size <= Grid.Size;
    }

    /// <summary>Whether bytes lie all in one key that a callback can be given the address of.</summary>
    internal virtual bool HoldsKey(long address, long size) => false;

    /// <summary>Steps to the element after the cursor's. Elements made or deleted meanwhile are seen or not.</summary>
    internal virtual bool MoveNext(ref ElementCursor cursor) => false;

    /// <summary>The key after another; null for the first.</summary>
    internal virtual MapError NextKey(byte* key, byte* next) => MapError.NotSupported;

    private protected virtual MapError CopyOut(byte* key, byte* value, ulong flags)
    {
        byte* found = Lookup(key);
        if (found is null)
        {
            return MapError.NoEntry;
        }

        CopyValueOut(found, value, flags);
        return MapError.None;
    }

    private protected virtual MapError HostUpdate(byte* key, byte* value, ulong flags) => Update(key, value, flags);

    private protected virtual MapError CopyOutAndDelete(byte* key, byte* value, ulong flags) => MapError.NotSupported;

    private protected virtual void DisposeMore()
    {
    }

    private protected void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <summary>The size of a value in memory: rounded up to 8, as in the kernel.</summary>
    internal static long Rounded(int valueSize) => (valueSize + 7L) / 8 * 8;

    /// <summary>Whether an update's flags mean something.</summary>
    private protected bool AreValid(ulong flags) =>
        (flags & ~UpdateFlags.Lock) <= UpdateFlags.Exist && ((flags & UpdateFlags.Lock) == 0 || Definition.SpinLockOffset is not null);

    /// <summary>Copies a value to its place in the map, all but its lock.</summary>
    private protected void CopyValueIn(byte* value, byte* place, ulong flags)
    {
        int size = Definition.ValueSize;
        if (Definition.SpinLockOffset is not { } at)
        {
            CopyBytes(value, place, size);
            return;
        }

        bool isLocked = (flags & UpdateFlags.Lock) != 0;
        if (isLocked)
        {
            NativeLock.Enter((int*)(place + at));
        }

        int behind = at + sizeof(int);
        Unsafe.CopyBlockUnaligned(place, value, (uint)at);
        Unsafe.CopyBlockUnaligned(place + behind, value + behind, (uint)(size - behind));
        if (isLocked)
        {
            NativeLock.Exit((int*)(place + at));
        }
    }

    /// <summary>Copies a value out of the map; its lock comes out as zero.</summary>
    private protected void CopyValueOut(byte* place, byte* value, ulong flags)
    {
        bool isLocked = (flags & UpdateFlags.Lock) != 0;
        int at = Definition.SpinLockOffset ?? 0;
        if (isLocked)
        {
            NativeLock.Enter((int*)(place + at));
        }

        CopyBytes(place, value, Definition.ValueSize);
        if (isLocked)
        {
            NativeLock.Exit((int*)(place + at));
        }

        if (Definition.SpinLockOffset is not null)
        {
            Unsafe.WriteUnaligned(value + at, 0);
        }
    }

    private static byte* LookupByObject(MapHeader* header, byte* key) => Of((long)header).Lookup(key);

    // One store where that is possible, so that readers of a counter see it whole.
    private static void CopyBytes(byte* from, byte* to, int size)
    {
        if (size == sizeof(long))
        {
            Unsafe.WriteUnaligned(to, Unsafe.ReadUnaligned<long>(from));
        }
        else
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)size);
        }
    }

    private void CheckKey(ReadOnlySpan<byte> key)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Definition.KeySize);
    }

    private void CheckValue(ReadOnlySpan<byte> value) => ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, HostValueSize);
}
