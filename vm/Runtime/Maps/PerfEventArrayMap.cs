using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// A perf event array: an entry for each CPU, in which the host opens a buffer that programs on that CPU add records to. A record that
/// finds no room is lost, and counted.
/// </summary>
public sealed unsafe class PerfEventArrayMap : BpfMap
{
    /// <summary><c>BPF_F_INDEX_MASK</c>, which as an index stands for the current CPU.</summary>
    internal const long CurrentCpu = uint.MaxValue;

    private readonly ByteRing?[] _rings;
    private readonly long[] _lost;
    private readonly long _bufferSize;

    /// <param name="definition">What it is.</param>
    /// <param name="budget">Whose memory it takes.</param>
    /// <param name="cpus">CPUs that there may be: entries past them are never written to.</param>
    internal PerfEventArrayMap(MapDefinition definition, MemoryBudget budget, int cpus)
        : base(definition, budget, ByteRing.Memory(BufferSize) * int.Min(definition.MaxEntries, cpus))
    {
        _rings = new ByteRing?[int.Min(definition.MaxEntries, cpus)];
        _lost = new long[_rings.Length];
        _bufferSize = (long)ByteRing.Memory(BufferSize);
    }

    /// <summary>Bytes of each entry's buffer.</summary>
    public const int BufferSize = 64 << 10;

    /// <summary>Opens an entry's buffer; until then, programs that write to it get <see cref="MapError.NoEntry"/>.</summary>
    public void Open(int entry)
    {
        ThrowIfDisposed();
        Interlocked.CompareExchange(ref _rings[entry], new ByteRing(Memory + (entry * _bufferSize), BufferSize), null);
    }

    /// <summary>Takes the records out of an entry's buffer. One thread at a time.</summary>
    /// <returns>How many there were.</returns>
    public int Read(int entry, RecordReader reader)
    {
        ThrowIfDisposed();
        int read = Volatile.Read(ref _rings[entry])?.Read(reader) ?? 0;
        GC.KeepAlive(this);
        return read;
    }

    /// <summary>Records that found no room in an entry's buffer so far.</summary>
    public long Lost(int entry) => Volatile.Read(ref _lost[entry]);

    /// <summary><c>bpf_perf_event_output</c>.</summary>
    /// <param name="index">The entry, or <see cref="CurrentCpu"/>.</param>
    /// <param name="first">The record's first bytes.</param>
    /// <param name="second">Those that follow them.</param>
    internal MapError Output(uint index, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        uint cpu = (uint)RunContext.Current.ProcessorAmong(_rings.Length);
        index = index == CurrentCpu ? cpu : index;
        if (index >= (uint)Definition.MaxEntries)
        {
            return MapError.TooBig;
        }

        ByteRing? ring = index < (uint)_rings.Length ? Volatile.Read(ref _rings[index]) : null;
        if (ring is null)
        {
            return MapError.NoEntry;
        }

        // An event counts on its own CPU only.
        if (index != cpu)
        {
            return MapError.NoOperation;
        }

        byte* record = ring.Reserve((ulong)first.Length + (ulong)second.Length);
        if (record is null)
        {
            Interlocked.Increment(ref _lost[index]);
            return MapError.NoSpace;
        }

        first.CopyTo(new Span<byte>(record, first.Length));
        second.CopyTo(new Span<byte>(record + first.Length, second.Length));
        ByteRing.Submit(record);
        return MapError.None;
    }

    internal override MapError Update(byte* key, byte* value, ulong flags) => MapError.Invalid;

    private protected override MapError CopyOut(byte* key, byte* value, ulong flags) => MapError.NotSupported;
}
