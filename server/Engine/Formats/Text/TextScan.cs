using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Formats.Text;

/// <summary>Records of text, whose fields are parsed when a program's field is decoded.</summary>
internal abstract class TextScan(PartLoad load, BoundFields fields) : PartScan(load)
{
    protected BoundFields Fields => fields;

    public sealed override int Advance(int most)
    {
        int records = Next(most);
        fields.Begin();
        return records;
    }

    public sealed override void Decode(ReadOnlySpan<int> wanted, RecordBatch batch)
    {
        foreach (int field in wanted)
        {
            fields.Of(field).Decode(fields.Reader, batch);
        }
    }

    // Text has no pages: all rows are parsed, or each that is wanted.
    public sealed override bool Decode(int field, RecordBatch batch, ReadOnlySpan<int> rows, ChoiceGrain grain) => grain == ChoiceGrain.Row
        ? fields.Of(field).Decode(fields.Reader, batch, rows)
        : fields.Of(field).Decode(fields.Reader, batch);

    /// <summary>Goes on to the next records.</summary>
    protected abstract int Next(int most);
}
