using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NearData.Isa.Programs;
using NearData.Vm.Memory;

namespace NearData.Vm.Maps;

/// <summary>
/// One map. Its memory is native and taken as a whole when it is made, so that a value keeps its address, and stays readable memory
/// of the map after its element was deleted, as with the kernel's pre-allocated maps. Whoever runs a program keeps its maps
/// reachable and undisposed until the run has ended.
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
    }

    public MapDefinition Definition { get; }

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
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)entry, Header->Entries);
        return new Span<byte>(Header->Find((uint)entry), Definition.ValueSize);
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _budget.Return(_memory.Length);
            _header.Dispose();
            _memory.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The address of a key's value, or null; of a map of maps, of the inner map's header.</summary>
    internal abstract byte* Lookup(byte* key);

    /// <summary>The size of a value in memory: rounded up to 8, as in the kernel.</summary>
    private protected static long Rounded(int valueSize) => (valueSize + 7L) / 8 * 8;
}
