using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using NearData.Engine.Binding;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Formats.Parquet;

/// <summary>A column chunk of text or bytes: values stay where they are in the dictionary, or in the page that was decoded.</summary>
internal sealed class TextColumn(FieldBinding binding, ColumnReader reader) : BoundColumn(binding, reader)
{
    // What the batch's values lead to where they aren't in the column's dictionary.
    private readonly ByteArrayBatch _text = new();

    // Guards are tables over ranges of numbers.
    public override bool TryReadCodes(RecordBatch batch, FilterGuards guards, out ReadOnlySpan<uint> codes, [NotNullWhen(true)] out CodeTable? table)
    {
        codes = default;
        table = null;
        return false;
    }

    public override void Decode(RecordBatch batch)
    {
        if (TryStart())
        {
            Reader.Locate(MemoryMarshal.Cast<TextValue, BytesPlace>(batch.Values<TextValue>(Field)[..Rows]), Validity(batch), _text);
        }
    }

    public override void Decode(RecordBatch batch, ReadOnlySpan<int> rows) => Decode(batch);
}
