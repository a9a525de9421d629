using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>Decoders that fill a <see cref="ByteArrayBatch"/>.</summary>
/// <param name="width">Bytes per value, or 0 when they vary.</param>
internal sealed class ByteArrayDecoders(int width) : DecoderSet
{
    private readonly ByteArrayDictionaryDecoder _dictionary = new(width);
    private readonly ByteArrayDecoder?[] _made = new ByteArrayDecoder?[(int)PageEncoding.ByteStreamSplit + 1];
    private ByteArrayDecoder? _present;

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

    public override uint CodeOfNull => (uint)_dictionary.Places.Length - 1;

    /// <summary>The dictionary's entries.</summary>
    public ByteArrayBatch Entries => _dictionary.Entries;

    /// <summary>Where the dictionary's entries are, and behind them the place of nulls.</summary>
    public ReadOnlySpan<BytesPlace> Places => _dictionary.Places;

    public void Read(ByteArrayBatch batch, int count) => _present!.Read(batch, count);

    /// <summary>Finds those of the page's next values that are wanted: in the dictionary, or in a batch that they are added to.</summary>
    public void Locate(Span<BytesPlace> places, ByteArrayBatch batch, RowChoice wanted)
    {
        if (ReferenceEquals(_present, _dictionary))
        {
            _dictionary.Locate(places, wanted);
        }
        else if (wanted.IsAll)
        {
            Add(places, batch);
        }
        else
        {
            int done = 0;
            for (int chosen = 0; chosen < wanted.Count; chosen++)
            {
                int row = wanted[chosen];
                _present!.Skip(row - done);
                Add(places.Slice(row, 1), batch);
                done = row + 1;
            }

            _present!.Skip(places.Length - done);
        }
    }

    private void Add(Span<BytesPlace> places, ByteArrayBatch batch)
    {
        int first = batch.Count;
        _present!.Read(batch, places.Length);
        batch.Locate(first, places);
    }

    public override void Skip(int count) => _present!.Skip(count);

    private ByteArrayDecoder? Make(PageEncoding encoding) => encoding switch
    {
        PageEncoding.Plain => new ByteArrayPlainDecoder(width),
        PageEncoding.PlainDictionary or PageEncoding.RleDictionary => _dictionary,
        PageEncoding.DeltaLengthByteArray when width == 0 => new DeltaLengthDecoder(),
        PageEncoding.DeltaByteArray => new DeltaByteArrayDecoder(width),
        PageEncoding.ByteStreamSplit when width > 0 => new ByteArrayStreamSplitDecoder(width),
        _ => null,
    };
}
