using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NearData.Vm.Ir;
using NearData.Vm.Memory;

namespace NearData.Vm.Vectors;

/// <summary>Makes the keys of a block's records: the bytes of texts and constants, which many have in common, and those of numbers. Not thread-safe.</summary>
internal sealed unsafe class GroupKeys : IDisposable
{
    private readonly GroupTexts _texts;
    private readonly ImmutableArray<(IrKeyPart Part, GroupColumn Column)> _parts;
    private readonly int _size;
    private readonly bool _isWholeNumber;
    private readonly AlignedMemory _key;

    // The texts and constants of a key, for each combination of codes that some record had.
    private readonly bool[] _isMade = new bool[GroupTexts.MostCombinations];
    private AlignedMemory _made = new(0);

    public GroupKeys(GroupMethod method, GroupTexts texts, int size)
    {
        _texts = texts;
        _parts = [.. method.NumberParts.Select(part => (part, method.ColumnOf(part.Value)))];
        _size = size;
        _isWholeNumber = _parts is [{ Part.Size: sizeof(long) }] && size == sizeof(long);
        _key = new AlignedMemory(size);
    }

    /// <summary>Parts that come of numbers.</summary>
    public int Parts => _parts.Length;

    /// <summary>The numbers of a part of a block's keys.</summary>
    public long* Numbers(in GroupValues block, int part) => block.Of(_parts[part].Column);

    /// <summary>Codes mean something else from now on.</summary>
    public void Restart()
    {
        Array.Clear(_isMade);
        if (_made.Length < (long)_texts.Count * _size)
        {
            _made.Dispose();
            _made = new AlignedMemory((long)_texts.Count * _size);
        }
    }

    /// <summary>The key of one record. Valid until the next call.</summary>
    public byte* Write(in GroupValues block, int record)
    {
        Span<int> records = [record];
        Write(block, records, _key.Start, _size);
        return _key.Start;
    }

    /// <summary>The keys of some records.</summary>
    /// <param name="block">The values.</param>
    /// <param name="records">Which.</param>
    /// <param name="keys">Where the first goes.</param>
    /// <param name="stride">Bytes from one to the next.</param>
    public void Write(in GroupValues block, ReadOnlySpan<int> records, byte* keys, long stride)
    {
        if (!_isWholeNumber)
        {
            WriteTexts(block, records, keys, stride);
        }

        for (int part = 0; part < _parts.Length; part++)
        {
            long* numbers = Numbers(block, part);
            byte* place = keys + _parts[part].Part.Offset;
            switch (_parts[part].Part.Size)
            {
                case 1:
                    Write<byte>(numbers, records, place, stride);
                    break;
                case 2:
                    Write<ushort>(numbers, records, place, stride);
                    break;
                case 4:
                    Write<uint>(numbers, records, place, stride);
                    break;
                case 8:
                    Write<ulong>(numbers, records, place, stride);
                    break;
                case var size:
                    WriteBytes(numbers, records, place, stride, size);
                    break;
            }
        }
    }

    public void Dispose()
    {
        _key.Dispose();
        _made.Dispose();
    }

    private void WriteTexts(in GroupValues block, ReadOnlySpan<int> records, byte* keys, long stride)
    {
        byte* first = _made.Start;
        for (int at = 0; at < records.Length; at++)
        {
            uint combination = block.Texts[records[at]];
            byte* made = first + (combination * (long)_size);
            if (!_isMade[combination])
            {
                _texts.Write(made, combination);
                _isMade[combination] = true;
            }

            Unsafe.CopyBlockUnaligned(keys + (at * stride), made, (uint)_size);
        }
    }

    // The low bytes of a number.
    private static void Write<T>(long* numbers, ReadOnlySpan<int> records, byte* place, long stride)
        where T : unmanaged
    {
        for (int at = 0; at < records.Length; at++)
        {
            Unsafe.WriteUnaligned(place + (at * stride), Unsafe.ReadUnaligned<T>(numbers + records[at]));
        }
    }

    // What is left of a number of which another store took a part.
    private static void WriteBytes(long* numbers, ReadOnlySpan<int> records, byte* place, long stride, int size)
    {
        for (int at = 0; at < records.Length; at++)
        {
            Unsafe.CopyBlockUnaligned(place + (at * stride), numbers + records[at], (uint)size);
        }
    }
}
