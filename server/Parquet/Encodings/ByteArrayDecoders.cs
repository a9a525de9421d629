using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>Decoders that fill a <see cref="ByteArrayBatch"/>.</summary>
/// <param name="width">Bytes per value, or 0 when they vary.</param>
internal sealed class ByteArrayDecoders(int width) : DecoderSet
{
    private readonly ByteArrayPlainDecoder _plain = new(width);
    private readonly ByteArrayDictionaryDecoder _dictionary = new(width);
    private ByteArrayDecoder? _present;

    public override void LoadDictionary(PageValues dictionary, int count) => _dictionary.Load(dictionary, count);

    public override bool TryInitialize(PageEncoding encoding, PageValues page)
    {
        _present = encoding switch
        {
            PageEncoding.Plain => _plain,
            PageEncoding.PlainDictionary or PageEncoding.RleDictionary => _dictionary,
            _ => null,
        };
        _present?.Initialize(page);
        return _present is not null;
    }

    public void Read(ByteArrayBatch batch, int count) => _present!.Read(batch, count);

    public override void Skip(int count) => _present!.Skip(count);
}
