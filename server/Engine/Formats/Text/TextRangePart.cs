using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Formats.Splitting;
using NearData.Verifier;

namespace NearData.Engine.Formats.Text;

/// <summary>A range of a text file's records, by its place among them.</summary>
/// <param name="content">The file.</param>
/// <param name="index">The range's place.</param>
/// <param name="length">Bytes of the block that it is about.</param>
internal sealed class TextRangePart(TextContent content, int index, long length) : FilePart
{
    // Text between newlines may be blank.
    public override long? RowCount => null;

    internal override long RecordBytes => length;

    internal override FieldRange? RangeOf(FieldBinding binding) => null;

    internal override PartLoad Load(ScanTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file) =>
        new TextRangeLoad(task, content, bindings, file.Ranges!.RangeAt(index), file);
}

/// <summary>Brings a range of records into memory.</summary>
internal sealed class TextRangeLoad(ScanTask task, TextContent content, IReadOnlyList<FieldBinding> bindings, RecordRange range, OpenFile file)
    : RangesLoad(task, [new ByteRange(range.Start.Offset, range.Length)], file)
{
    public override PartScan Open()
    {
        BoundFields fields = new(Task.File.Name, content.Schema, bindings);
        fields.Reader.Open(BytesOf(0), range.Start, NearData.Formats.TextEnd.Closed);
        return new TextRangeScan(this, fields);
    }
}

/// <summary>The records of a range.</summary>
internal sealed class TextRangeScan(TextRangeLoad load, BoundFields fields) : TextScan(load, fields)
{
    private bool _isEnded;

    public override bool IsEnded => _isEnded;

    protected override int Next(int most)
    {
        int records = Fields.Reader.Next(most);
        _isEnded = records == 0;
        return records;
    }
}
