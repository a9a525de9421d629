using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>
/// Decoders that fill spans of <typeparamref name="T"/>. A chunk's pages may change between encodings; each decoder is made when
/// a page first asks for it.
/// </summary>
internal sealed class NumberDecoders<T>(ParquetColumn column, PlainLayout<T> layout) : DecoderSet
    where T : unmanaged
{
    private readonly DictionaryDecoder<T> _dictionary = new(layout);
    private readonly ValueDecoder<T>?[] _made = new ValueDecoder<T>?[(int)PageEncoding.ByteStreamSplit + 1];
    private ValueDecoder<T>? _present;

    public override void Reset()
    {
        _dictionary.Clear();
        _present = null;
    }

    public override void LoadDictionary(PageValues dictionary, int count) => _dictionary.Load(dictionary, count);

    public override bool TryInitialize(PageEncoding encoding, PageValues page)
    {
        _present = (uint)encoding < _made.Length ? _made[(int)encoding] ??= Make(encoding) : null;
        _present?.Initialize(page);
        return _present is not null;
    }

    public override DictionaryCodes? Codes => ReferenceEquals(_present, _dictionary) ? _dictionary.Codes : null;

    public override uint CodeOfNull => (uint)Entries.Length - 1;

    /// <summary>The dictionary's entries, and behind them the default value, which null rows have.</summary>
    public ReadOnlySpan<T> Entries => _dictionary.Entries;

    public void Read(Span<T> values, RowChoice wanted)
    {
        if (wanted.IsAll)
        {
            _present!.Read(values);
        }
        else
        {
            _present!.Read(values, wanted);
        }
    }

    /// <inheritdoc cref="ValueDecoder{T}.TryReadNarrow"/>
    public bool TryReadNarrow(Span<int> narrow, Span<T> values, NarrowNumbers range) => _present!.TryReadNarrow(narrow, values, range);

    /// <inheritdoc cref="DictionaryDecoder{T}.NarrowEntries"/>
    public ReadOnlySpan<int> NarrowEntries(NarrowNumbers range) => _dictionary.NarrowEntries(range);

    public override void Skip(int count) => _present!.Skip(count);

    // Booleans come as bits or runs, which a byte each is made of; no writer puts them into dictionaries.
    private ValueDecoder<T>? Make(PageEncoding encoding) => (encoding, column.PhysicalType) switch
    {
        (PageEncoding.Plain, PhysicalType.Boolean) => new BooleanPlainDecoder() as ValueDecoder<T>,
        (PageEncoding.Rle, PhysicalType.Boolean) => new BooleanRunDecoder() as ValueDecoder<T>,
        (_, PhysicalType.Boolean) => null,
        (PageEncoding.Plain, _) => new PlainDecoder<T>(layout),
        (PageEncoding.PlainDictionary or PageEncoding.RleDictionary, _) => _dictionary,
        (PageEncoding.DeltaBinaryPacked, PhysicalType.Int32) => new DeltaBinaryDecoder<T>(layout, isNarrow: true),
        (PageEncoding.DeltaBinaryPacked, PhysicalType.Int64) => new DeltaBinaryDecoder<T>(layout, isNarrow: false),
        (PageEncoding.DeltaLengthByteArray, PhysicalType.ByteArray) => OverBytes(new DeltaLengthDecoder()),
        (PageEncoding.DeltaByteArray, PhysicalType.ByteArray) => OverBytes(new DeltaByteArrayDecoder(width: 0)),
        (PageEncoding.DeltaByteArray, PhysicalType.FixedLenByteArray) => OverBytes(new DeltaByteArrayDecoder(column.TypeLength)),
        (PageEncoding.ByteStreamSplit, not PhysicalType.ByteArray) => new StreamSplitDecoder<T>(layout, StoredWidth.Of(column)),
        _ => null,
    };

    private BytesAsPlainDecoder<T> OverBytes(ByteArrayDecoder bytes) => new(bytes, layout, column.TypeLength);
}
