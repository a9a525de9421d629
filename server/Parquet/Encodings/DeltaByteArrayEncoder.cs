using System.Buffers;

namespace NearData.Parquet.Encodings;

/// <summary>Writes DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY (Encodings.md).</summary>
internal sealed class DeltaByteArrayEncoder
{
    private readonly ArrayBufferWriter<long> _prefixes = new();
    private readonly ArrayBufferWriter<long> _lengths = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Lengths, then bytes.</summary>
    public void EncodeLengths(PlainValues values, IBufferWriter<byte> target)
    {
        Clear();
        while (values.MoveNext())
        {
            Add(_lengths, values.Current.Length);
            _bytes.Write(values.Current);
        }

        WriteLengthsAndBytes(target);
    }

    /// <summary>How many bytes each value shares with the one before, then the rest of each as lengths and bytes.</summary>
    public void EncodeSharedPrefixes(PlainValues values, IBufferWriter<byte> target)
    {
        Clear();
        ReadOnlySpan<byte> previous = [];
        while (values.MoveNext())
        {
            int shared = previous.CommonPrefixLength(values.Current);
            Add(_prefixes, shared);
            Add(_lengths, values.Current.Length - shared);
            _bytes.Write(values.Current[shared..]);
            previous = values.Current;
        }

        DeltaEncoder.Encode(_prefixes.WrittenSpan, isNarrow: true, target);
        WriteLengthsAndBytes(target);
    }

    private void Clear()
    {
        _prefixes.ResetWrittenCount();
        _lengths.ResetWrittenCount();
        _bytes.ResetWrittenCount();
    }

    private static void Add(ArrayBufferWriter<long> lengths, long length)
    {
        lengths.GetSpan(1)[0] = length;
        lengths.Advance(1);
    }

    private void WriteLengthsAndBytes(IBufferWriter<byte> target)
    {
        DeltaEncoder.Encode(_lengths.WrittenSpan, isNarrow: true, target);
        target.Write(_bytes.WrittenSpan);
    }
}
