using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Verifier;

namespace NearData.Engine.Formats.Records;

/// <summary>A range of whole records.</summary>
/// <param name="content">The file.</param>
/// <param name="size">Bytes of a record.</param>
/// <param name="range">Where they lie.</param>
internal sealed class RecordsPart(RecordContent content, int size, ByteRange range) : FilePart
{
    public override long? RowCount => range.Length / size;

    internal override long RecordBytes => range.Length;

    internal override FieldRange? RangeOf(FieldBinding binding) => null;

    internal override PartLoad Load(ScanTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file) => new RecordsLoad(this, task, bindings, file);

    private RecordColumn Open(FieldBinding binding) =>
        RecordColumn.Of(binding, content.StoredFields.First(field => string.Equals(field.Field.Name, binding.Column.Name, StringComparison.Ordinal)));

    /// <summary>Where no column is asked for, nothing is read.</summary>
    private sealed class RecordsLoad(RecordsPart part, ScanTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file)
        : RangesLoad(task, bindings.Count == 0 ? [] : [part.Range], file)
    {
        public override PartScan Open() => new RecordScan(
            this, bindings.Count == 0 ? default : BytesOf(0), part.Size, (int)part.RowCount!.Value, [.. bindings.Select(part.Open)]);
    }

    private ByteRange Range => range;

    private int Size => size;
}
