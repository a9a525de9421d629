using System.Buffers;
using NearData.Parquet.Values;

namespace NearData.Parquet.Writing;

/// <summary>A dictionary of byte arrays.</summary>
internal sealed class BytesDictionary : DictionaryBuilder
{
    private readonly int _width;
    private readonly Dictionary<byte[], uint> _codes = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], uint>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    /// <param name="width">Bytes per value, or 0 when each has its length before it.</param>
    public BytesDictionary(int width)
    {
        _width = width;
        _bySpan = _codes.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public override int Count => _codes.Count;

    public override void Encode(ReadOnlySpan<byte> plain, Span<uint> codes)
    {
        PlainBytes values = new(plain, _width);
        for (int i = 0; i < codes.Length; i++)
        {
            ReadOnlySpan<byte> value = values.Next();
            if (!_bySpan.TryGetValue(value, out uint code))
            {
                code = (uint)_codes.Count;
                _codes.Add(value.ToArray(), code);
                Add(value);
            }

            codes[i] = code;
        }
    }

    public override void Clear()
    {
        base.Clear();
        _codes.Clear();
    }

    private void Add(ReadOnlySpan<byte> value)
    {
        if (_width == 0)
        {
            PrefixedBytes.Add(value, Page);
        }
        else
        {
            Page.Write(value);
        }
    }
}
