using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Formats;

/// <summary>
/// A part of a file that one worker scans on its own: a row group, a range of whole records, or a stream that can't be entered but at its
/// start. Immutable, thread-safe.
/// </summary>
public abstract class FilePart
{
    private protected FilePart()
    {
    }

    /// <summary>Rows; null where only reading them tells.</summary>
    public abstract long? RowCount { get; }

    /// <summary>What is known of a column's values without reading them; null where nothing is.</summary>
    internal abstract FieldRange? RangeOf(FieldBinding binding);

    /// <summary>What is known exactly of a column without reading it; null where something isn't.</summary>
    internal virtual FieldSummary? SummaryOf(FieldBinding binding) => null;

    /// <summary>
    /// The part without rows that the filter is proven to drop by more than <see cref="RangeOf"/> says, as page indexes do: itself where there is
    /// nothing more to know, null where none are left. May read a little of the file.
    /// </summary>
    internal virtual FilePart? Narrow(ScanTask task, PartFilter filter, OpenFile file) => this;

    /// <summary>Pages of columns that the part was narrowed by.</summary>
    internal virtual long PagesPruned => 0;

    /// <summary>Bytes that are read of a column; null where bytes aren't one column's.</summary>
    internal virtual long? BytesOf(FieldBinding binding) => null;

    /// <summary>Bytes that are read of it whichever of its columns are; none where bytes are one column's.</summary>
    internal virtual long RecordBytes => 0;

    /// <summary>Whether a column's values are codes of a dictionary.</summary>
    internal virtual bool HasDictionary(FieldBinding binding) => false;

    /// <summary>What brings the columns of some fields into memory.</summary>
    internal abstract PartLoad Load(ScanTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file);
}
