using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>Decoders that fill spans of <typeparamref name="T"/>.</summary>
internal sealed class NumberDecoders<T> : DecoderSet
    where T : unmanaged
{
    private readonly ValueDecoder<T> _plain;
    private readonly DictionaryDecoder<T>? _dictionary;
    private readonly ValueDecoder<T>? _runs;
    private ValueDecoder<T>? _present;

    public NumberDecoders(PlainLayout<T> layout)
    {
        _plain = new PlainDecoder<T>(layout);
        _dictionary = new DictionaryDecoder<T>(layout);
    }

    /// <summary>For booleans, which no writer puts into dictionaries.</summary>
    public NumberDecoders(ValueDecoder<T> plain, ValueDecoder<T> runs)
    {
        _plain = plain;
        _runs = runs;
    }

    public override void LoadDictionary(PageValues dictionary, int count) => _dictionary?.Load(dictionary, count);

    public override bool TryInitialize(PageEncoding encoding, PageValues page)
    {
        _present = encoding switch
        {
            PageEncoding.Plain => _plain,
            PageEncoding.PlainDictionary or PageEncoding.RleDictionary => _dictionary,
            PageEncoding.Rle => _runs,
            _ => null,
        };
        _present?.Initialize(page);
        return _present is not null;
    }

    public void Read(Span<T> values) => _present!.Read(values);

    public override void Skip(int count) => _present!.Skip(count);
}
