using System.Runtime.InteropServices;
using NearData.Engine.Binding;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Formats.Parquet;

/// <summary>A column chunk of text or bytes: values stay where they are in the dictionary, or in the page that was decoded.</summary>
internal sealed class TextColumn(FieldBinding binding, ColumnReader reader) : CodedColumn<TextValue>(binding, reader)
{
    /// <summary>The most entries of a dictionary that are decided one by one, each of which takes as long as hundreds of rows.</summary>
    private const int MostEntries = 1 << 12;

    // What the batch's values lead to where they aren't in the column's dictionary.
    private readonly ByteArrayBatch _text = new();

    // Whose dictionary the batch has.
    private CodedValues? _given;

    protected override bool CanBeGuarded => true;

    protected override ReadOnlySpan<TextValue> Dictionary => MemoryMarshal.Cast<BytesPlace, TextValue>(Reader.DictionaryPlaces);

    public override void Restart(string file, ColumnChunk chunk, ReadOnlySpan<ChunkPart> parts)
    {
        base.Restart(file, chunk, parts);
        _given = null;
    }

    public override bool TryCode(RecordBatch batch)
    {
        if (batch.Coded(Field) is not { } coded || CodesOf(batch) is not { } codes || Reader.ByteDictionary.Count > MostEntries)
        {
            return false;
        }

        if (_given != coded)
        {
            coded.SetDictionary(Dictionary);
            _given = coded;
        }

        codes.Each().CopyTo(coded.Codes);
        coded.IsUsed = true;
        return true;
    }

    protected override int ReadCodes(RowCodes codes, int count, Span<byte> validity) => Reader.ReadByteCodes(codes, count, validity);

    protected override void Read(Span<TextValue> values, Span<byte> validity) =>
        Reader.Locate(MemoryMarshal.Cast<TextValue, BytesPlace>(values), validity, _text);

    protected override void Read(Span<TextValue> values, Span<byte> validity, ReadOnlySpan<int> rows, ChoiceGrain grain) =>
        Reader.Locate(MemoryMarshal.Cast<TextValue, BytesPlace>(values), validity, _text, rows, grain);

    protected override CodeTable? Tabulate(FilterGuards guards, CodeTable? used) =>
        Reader.ByteDictionary.Count > MostEntries ? null : guards.Tabulate(Field, Reader.ByteDictionary, Binding.RowField.IsNullable);
}
