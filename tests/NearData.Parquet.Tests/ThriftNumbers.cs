namespace NearData.Parquet.Tests;

/// <summary>
/// Where the numbers of a structure in Thrift's compact protocol stand: integers, lengths and counts. Written apart from the
/// product's reader, for structures that are known to be right.
/// </summary>
internal sealed class ThriftNumbers
{
    private readonly byte[] _bytes;
    private int _next;

    private ThriftNumbers(byte[] bytes, int start)
    {
        _bytes = bytes;
        _next = start;
    }

    /// <summary>Each number's bytes.</summary>
    public List<Range> Numbers { get; } = [];

    /// <summary>Each field's or list's header byte.</summary>
    public List<int> Headers { get; } = [];

    /// <summary>Where the structure ends.</summary>
    public int End => _next;

    public static ThriftNumbers Of(byte[] bytes, int start)
    {
        ThriftNumbers found = new(bytes, start);
        found.Struct();
        return found;
    }

    private void Struct()
    {
        while (true)
        {
            Headers.Add(_next);
            byte header = _bytes[_next++];
            if (header == 0)
            {
                return;
            }

            if (header >> 4 == 0)
            {
                Number();
            }

            Value(header & 15, isField: true);
        }
    }

    private void Value(int type, bool isField)
    {
        switch (type)
        {
            case 1 or 2:
                _next += isField ? 0 : 1;
                break;
            case 3:
                _next++;
                break;
            case 4 or 5 or 6:
                Number();
                break;
            case 7:
                _next += 8;
                break;
            case 8:
                int length = (int)Number();
                _next += length;
                break;
            case 9 or 10:
                Headers.Add(_next);
                byte header = _bytes[_next++];
                ulong count = header >> 4 == 15 ? Number() : (ulong)(header >> 4);
                for (; count > 0; count--)
                {
                    Value(header & 15, isField: false);
                }

                break;
            case 12:
                Struct();
                break;
            default:
                throw new InvalidOperationException($"Thrift type {type} at {_next} isn't in files that are right.");
        }
    }

    private ulong Number()
    {
        int start = _next;
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = _bytes[_next++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                Numbers.Add(start.._next);
                return value;
            }
        }
    }
}
