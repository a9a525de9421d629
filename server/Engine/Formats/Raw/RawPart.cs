using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Verifier;

namespace NearData.Engine.Formats.Raw;

/// <summary>A range of a file as it is, cut into buffers for programs that take them; each counts as a row.</summary>
/// <param name="range">Where it lies.</param>
/// <param name="bufferBytes">Bytes of each but the file's last.</param>
internal sealed class RawPart(ByteRange range, int bufferBytes) : FilePart
{
    /// <summary>Bytes of a part, about.</summary>
    private const int PartLength = 2 << 20;

    public override long? RowCount => (range.Length + bufferBytes - 1) / bufferBytes;

    /// <summary>The parts of a file of any format.</summary>
    public static IEnumerable<FilePart> Of(long length, int bufferBytes)
    {
        long most = Math.Max(PartLength / bufferBytes, 1) * (long)bufferBytes;
        for (long offset = 0; offset < length; offset += most)
        {
            yield return new RawPart(new ByteRange(offset, Math.Min(most, length - offset)), bufferBytes);
        }
    }

    internal override long RecordBytes => range.Length;

    internal override FieldRange? RangeOf(FieldBinding binding) => null;

    internal override PartLoad Load(ScanTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file) => new RawLoad(task, range, bufferBytes, file);

    private sealed class RawLoad(ScanTask task, ByteRange range, int bufferBytes, OpenFile file) : RangesLoad(task, [range], file)
    {
        public override PartScan Open() => new RawScan(this, BytesOf(0), bufferBytes);
    }
}
