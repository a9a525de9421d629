using System.Text;

namespace NearData.Parquet.Thrift;

/// <summary>
/// Reads Thrift's compact protocol. Every length is checked against the bytes that are there before it is used, so memory is
/// bounded by the input's size, and nesting is bounded by <see cref="MaximumDepth"/>.
/// </summary>
internal ref struct CompactReader(ReadOnlySpan<byte> bytes, string file, long fileOffset)
{
    /// <summary>Parquet's own structures nest five levels deep; newer ones, skipped, may add a few.</summary>
    private const int MaximumDepth = 24;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes have been read.</summary>
    public int Position { get; private set; }

    public readonly ParquetFormatException Broken(string message) => new(file, fileOffset + Position, message);

    /// <summary>Moves to the next field of a structure; false at its end.</summary>
    /// <param name="id">The field's number; start a structure with 0 and leave it alone between calls.</param>
    public bool NextField(scoped ref int id, out CompactType type)
    {
        byte header = ReadByte();
        type = (CompactType)(header & 0x0F);
        if (type == CompactType.Stop)
        {
            return false;
        }

        int step = header >> 4;
        id = step != 0 ? id + step : (short)ReadZigZag(16);
        return true;
    }

    /// <summary>Opens a list; its elements follow.</summary>
    public int ReadListHeader(CompactType found, CompactType element, string name)
    {
        Expect(found, CompactType.List, name);
        int count = ReadElements(out CompactType type);
        if (count > 0)
        {
            Expect(type, element, name);
        }

        return count;
    }

    /// <summary>Opens a list of booleans, a byte each; both types of a boolean are used for their elements.</summary>
    public int ReadBooleanListHeader(CompactType found, string name)
    {
        Expect(found, CompactType.List, name);
        int count = ReadElements(out CompactType type);
        if (count > 0 && type != CompactType.False)
        {
            Expect(type, CompactType.True, name);
        }

        return count;
    }

    public int ReadInt32(CompactType found, string name)
    {
        Expect(found, CompactType.Int32, name);
        return (int)ReadZigZag(32);
    }

    public long ReadInt64(CompactType found, string name)
    {
        Expect(found, CompactType.Int64, name);
        return ReadZigZag(64);
    }

    public byte ReadInt8(CompactType found, string name)
    {
        Expect(found, CompactType.Byte, name);
        return ReadByte();
    }

    public readonly bool ReadBoolean(CompactType found, string name) => found switch
    {
        CompactType.True => true,
        CompactType.False => false,
        _ => throw Broken($"{name} has Thrift type {found}, expected a boolean."),
    };

    public ReadOnlySpan<byte> ReadBinary(CompactType found, string name)
    {
        Expect(found, CompactType.Binary, name);
        return Take(ReadLength());
    }

    public string ReadText(CompactType found, string name) => Encoding.UTF8.GetString(ReadBinary(found, name));

    public readonly void Expect(CompactType found, CompactType expected, string name)
    {
        if (found != expected)
        {
            throw Broken($"{name} has Thrift type {found}, expected {expected}.");
        }
    }

    /// <summary>Passes over a field that isn't needed here.</summary>
    public void Skip(CompactType type) => Skip(type, depth: 0);

    private void Skip(CompactType type, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw Broken($"Structures nest deeper than {MaximumDepth} levels.");
        }

        switch (type)
        {
            case CompactType.True or CompactType.False:
                break;
            case CompactType.Byte:
                ReadByte();
                break;
            case CompactType.Int16 or CompactType.Int32 or CompactType.Int64:
                ReadZigZag(64);
                break;
            case CompactType.Double:
                Take(sizeof(double));
                break;
            case CompactType.Binary:
                Take(ReadLength());
                break;
            case CompactType.Uuid:
                Take(16);
                break;
            case CompactType.List or CompactType.Set:
                int count = ReadElements(out CompactType element);
                for (int i = 0; i < count; i++)
                {
                    SkipElement(element, depth);
                }

                break;
            case CompactType.Map:
                SkipMap(depth);
                break;
            case CompactType.Struct:
                int id = 0;
                while (NextField(ref id, out CompactType field))
                {
                    Skip(field, depth + 1);
                }

                break;
            default:
                throw Broken($"Thrift type {(int)type} is unknown.");
        }
    }

    private void SkipMap(int depth)
    {
        int count = ReadLength();
        if (count == 0)
        {
            return;
        }

        byte types = ReadByte();
        for (int i = 0; i < count; i++)
        {
            SkipElement((CompactType)(types >> 4), depth);
            SkipElement((CompactType)(types & 0x0F), depth);
        }
    }

    // Inside a container a boolean is a byte of its own; as a field it is part of the field's header.
    private void SkipElement(CompactType type, int depth) =>
        Skip(type is CompactType.True or CompactType.False ? CompactType.Byte : type, depth + 1);

    private int ReadElements(out CompactType type)
    {
        byte header = ReadByte();
        type = (CompactType)(header & 0x0F);
        int count = header >> 4;
        return count == 15 ? ReadLength() : count;
    }

    /// <summary>A length or count: never more than the bytes left, since each element takes one at least.</summary>
    private int ReadLength()
    {
        ulong length = ReadVarint(32);
        int left = _bytes.Length - Position;
        return length <= (ulong)left ? (int)length : throw Broken($"Length {length} exceeds the {left} bytes left.");
    }

    private long ReadZigZag(int bits)
    {
        ulong value = ReadVarint(bits);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong ReadVarint(int bits)
    {
        ulong value = 0;
        for (int shift = 0; shift < bits; shift += 7)
        {
            byte next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return bits == 64 || value >> bits == 0 ? value : throw Broken($"Value {value} exceeds {bits} bits.");
            }
        }

        throw Broken($"A variable-length integer exceeds {bits} bits.");
    }

    private byte ReadByte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position)
        {
            throw Broken($"The structure ends after {_bytes.Length} bytes, in the middle of a value.");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }
}
