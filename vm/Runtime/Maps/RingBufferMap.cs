using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>A ring buffer: programs on any thread add records, the host takes them out in the order in which they were reserved.</summary>
public sealed unsafe class RingBufferMap : BpfMap
{
    private readonly ByteRing _ring;

    internal RingBufferMap(MapDefinition definition, MemoryBudget budget)
        : base(definition, budget, ByteRing.Memory(definition.MaxEntries))
    {
        _ring = new ByteRing(Memory, definition.MaxEntries);
        Grid = new ValueGrid { First = _ring.Start };
    }

    /// <summary>Takes out all records up to the first one that is still being filled. One thread at a time.</summary>
    /// <param name="reader">Gets each record.</param>
    /// <returns>How many there were.</returns>
    public int Read(RecordReader reader)
    {
        ThrowIfDisposed();
        int read = _ring.Read(reader);
        GC.KeepAlive(this);
        return read;
    }

    /// <summary><c>bpf_ringbuf_query</c>: bytes not taken out, the ring's size, or a position; 0 for what isn't known.</summary>
    public long Query(RingBufferQuestion question) => question switch
    {
        RingBufferQuestion.AvailableData => _ring.Producer - _ring.Consumer,
        RingBufferQuestion.Size => _ring.Size,
        RingBufferQuestion.ConsumerPosition => _ring.Consumer,
        RingBufferQuestion.ProducerPosition => _ring.Producer,
        _ => 0,
    };

    internal byte* Reserve(ulong size) => _ring.Reserve(size);

    private protected override MapError CopyOut(byte* key, byte* value, ulong flags) => MapError.NotSupported;
}

/// <summary>What can be asked of a ring buffer: the kernel's numbers.</summary>
public enum RingBufferQuestion
{
    AvailableData = 0,
    Size = 1,
    ConsumerPosition = 2,
    ProducerPosition = 3,
}
