using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Formats;
using NearData.Verifier;

namespace NearData.Engine.Formats.Text;

/// <summary>All of a compressed file: it can't be entered but at its start.</summary>
internal sealed class StreamPart(TextContent content, TextCompression compression, long length) : FilePart
{
    public override long? RowCount => null;

    internal override long RecordBytes => length;

    internal override FieldRange? RangeOf(FieldBinding binding) => null;

    internal override PartLoad Load(ScanTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file) =>
        new StreamLoad(task, content.Schema, compression, length, bindings, file);
}
