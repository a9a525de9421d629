using System.Buffers;
using System.Text;

namespace NearData.Parquet.Thrift;

/// <summary>Writes Thrift's compact protocol. Fields of a structure are written in rising order of their numbers.</summary>
internal sealed class CompactWriter(IBufferWriter<byte> output)
{
    private readonly Stack<int> _outer = new();
    private int _last;

    /// <summary>Opens a structure that is an element of a list, or the outermost one.</summary>
    public void BeginStruct()
    {
        _outer.Push(_last);
        _last = 0;
    }

    /// <summary>Opens a structure that is a field.</summary>
    public void BeginStruct(int id)
    {
        Header(id, CompactType.Struct);
        BeginStruct();
    }

    public void EndStruct()
    {
        WriteByte((byte)CompactType.Stop);
        _last = _outer.Pop();
    }

    /// <summary>A structure without fields: how the members of Thrift's unions that carry nothing look.</summary>
    public void WriteEmptyStruct(int id)
    {
        BeginStruct(id);
        EndStruct();
    }

    public void BeginList(int id, CompactType element, int count)
    {
        Header(id, CompactType.List);
        WriteByte((byte)((Math.Min(count, 15) << 4) | (int)element));
        if (count >= 15)
        {
            WriteVarint((uint)count);
        }
    }

    public void WriteInt8(int id, int value)
    {
        Header(id, CompactType.Byte);
        WriteByte((byte)value);
    }

    public void WriteInt16(int id, int value)
    {
        Header(id, CompactType.Int16);
        WriteElement(value);
    }

    public void WriteInt32(int id, int value)
    {
        Header(id, CompactType.Int32);
        WriteElement(value);
    }

    public void WriteInt64(int id, long value)
    {
        Header(id, CompactType.Int64);
        WriteVarint((ulong)((value << 1) ^ (value >> 63)));
    }

    public void WriteBoolean(int id, bool value) => Header(id, value ? CompactType.True : CompactType.False);

    public void WriteText(int id, string value) => WriteBinary(id, Encoding.UTF8.GetBytes(value));

    public void WriteBinary(int id, ReadOnlySpan<byte> value)
    {
        Header(id, CompactType.Binary);
        WriteBytes(value);
    }

    /// <summary>A 32-bit integer that is an element of a list.</summary>
    public void WriteElement(int value) => WriteVarint((uint)((value << 1) ^ (value >> 31)));

    /// <summary>A text that is an element of a list.</summary>
    public void WriteElement(string value) => WriteBytes(Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes that are an element of a list.</summary>
    public void WriteElement(ReadOnlySpan<byte> value) => WriteBytes(value);

    /// <summary>A boolean that is an element of a list.</summary>
    public void WriteBooleanElement(bool value) => WriteByte((byte)(value ? CompactType.True : CompactType.False));

    private void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteVarint((uint)value.Length);
        output.Write(value);
    }

    private void Header(int id, CompactType type)
    {
        // Every structure of parquet.thrift numbers its fields closely enough for the one-byte form.
        WriteByte((byte)(((id - _last) << 4) | (int)type));
        _last = id;
    }

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            WriteByte((byte)(value | 0x80));
        }

        WriteByte((byte)value);
    }

    private void WriteByte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
