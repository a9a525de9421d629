namespace NearData.Vm.Maps;

/// <summary>
/// Records in a ring of bytes: any number of threads reserve, fill and give back; one at a time takes them out, in the order in which they
/// were reserved. A record is preceded by eight bytes, as in the kernel:
/// <code>
///   31 busy   30 discarded   29..0 bytes          63..32 not used
/// </code>
/// It never wraps: the memory is twice the ring's size, and a record that starts before the end runs on behind it. What that takes
/// up at the ring's start stays empty, so nothing overlaps.
/// </summary>
internal sealed unsafe class ByteRing
{
    /// <summary>Bytes before each record.</summary>
    public const int HeaderSize = 8;

    private const uint Busy = 1u << 31;
    private const uint Discarded = 1u << 30;
    private const uint MostBytes = Discarded - 1;

    private readonly byte* _start;
    private readonly long _size;
    private readonly long _mask;
    private readonly int* _lock;
    private long _consumer;
    private long _producer;
    private long _pending;

    /// <param name="memory">Bytes as <see cref="Memory"/> says, all zero.</param>
    /// <param name="size">Bytes of the ring: a power of two.</param>
    public ByteRing(byte* memory, long size)
    {
        _lock = (int*)memory;
        _start = memory + HeaderSize;
        _size = size;
        _mask = size - 1;
    }

    /// <summary>Bytes.</summary>
    public long Size => _size;

    /// <summary>The first byte that a record's address is counted from.</summary>
    public byte* Start => _start;

    /// <summary>Bytes taken out so far.</summary>
    public long Consumer => Volatile.Read(ref _consumer);

    /// <summary>Bytes reserved so far.</summary>
    public long Producer => Volatile.Read(ref _producer);

    /// <summary>Bytes of memory that a ring needs.</summary>
    public static Int128 Memory(long size) => HeaderSize + (2 * (Int128)size);

    /// <summary>Room for a record, or null.</summary>
    public byte* Reserve(ulong size)
    {
        if (size > MostBytes || Length((uint)size) > _size)
        {
            return null;
        }

        long length = Length((uint)size);
        NativeLock.Enter(_lock);
        long end = _producer + length;
        while (_pending < _producer && (Volatile.Read(ref *HeaderAt(_pending)) & Busy) == 0)
        {
            _pending += Length(*HeaderAt(_pending) & MostBytes);
        }

        // Neither over what wasn't taken out nor over what is still being filled: discarded records may have been passed by the reader.
        bool hasRoom = end - Volatile.Read(ref _consumer) < _size && end - _pending < _size;
        uint* header = HeaderAt(_producer);
        if (hasRoom)
        {
            *header = (uint)size | Busy;
            Volatile.Write(ref _producer, end);
        }

        NativeLock.Exit(_lock);
        return hasRoom ? (byte*)header + HeaderSize : null;
    }

    /// <summary>Gives a record to the reader.</summary>
    public static void Submit(byte* record)
    {
        uint* header = (uint*)(record - HeaderSize);
        Volatile.Write(ref *header, *header & ~Busy);
    }

    /// <summary>Gives a record back that the reader passes over.</summary>
    public static void Discard(byte* record)
    {
        uint* header = (uint*)(record - HeaderSize);
        Volatile.Write(ref *header, (*header & ~Busy) | Discarded);
    }

    /// <summary>
    /// Takes out all records up to the first one that is still being filled. One thread at a time.
    /// </summary>
    /// <param name="reader">Gets each record; the bytes are valid during the call.</param>
    /// <returns>How many there were.</returns>
    public int Read(RecordReader reader)
    {
        int read = 0;
        long consumer = _consumer;
        while (consumer < Volatile.Read(ref _producer))
        {
            uint header = Volatile.Read(ref *HeaderAt(consumer));
            if ((header & Busy) != 0)
            {
                break;
            }

            if ((header & Discarded) == 0)
            {
                reader(new ReadOnlySpan<byte>((byte*)HeaderAt(consumer) + HeaderSize, (int)(header & MostBytes)));
                read++;
            }

            consumer += Length(header & MostBytes);
            Volatile.Write(ref _consumer, consumer);
        }

        return read;
    }

    private static long Length(uint size) => (size + HeaderSize + 7L) / 8 * 8;

    private uint* HeaderAt(long position) => (uint*)(_start + (position & _mask));
}

/// <summary>Gets a record's bytes, which are valid during the call.</summary>
public delegate void RecordReader(ReadOnlySpan<byte> record);
