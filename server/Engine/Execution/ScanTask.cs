using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Formats;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>A part of a dataset's file that a worker takes.</summary>
/// <param name="File">The file that it lies in.</param>
/// <param name="FileIndex">The file's place among the dataset's.</param>
/// <param name="Part">The part.</param>
internal sealed record ScanTask(DatasetFile File, int FileIndex, FilePart Part)
{
    /// <summary>The part's place among all of the dataset's.</summary>
    public int Place { get; init; }

    /// <summary>The part's place among its file's.</summary>
    public int Number { get; init; }

    /// <summary>What the filter is proven to do with all rows; set once, while the plan is made.</summary>
    public FilterOutcome Filter { get; set; }

    /// <summary>What is known of some fields without reading the part, by index in the row's fields.</summary>
    public Dictionary<int, FieldRange> RangesOf(IEnumerable<FieldBinding> bindings)
    {
        Dictionary<int, FieldRange> ranges = [];
        foreach (FieldBinding binding in bindings)
        {
            if ((binding.Column.IsPartition ? RangeOf(binding, File.ConstantOf(binding.Column.Name)) : Part.RangeOf(binding)) is { } range)
            {
                ranges.Add(binding.Field, range);
            }
        }

        return ranges;
    }

    /// <summary>What is known exactly of a field without reading the part; null where something isn't.</summary>
    /// <param name="binding">The field's.</param>
    /// <param name="rows">The part's.</param>
    public FieldSummary? SummaryOf(FieldBinding binding, long rows) => !binding.Column.IsPartition ? Part.SummaryOf(binding)
        : binding.RowField.Type == FieldType.Text ? null
        : File.ConstantOf(binding.Column.Name) is { IsNull: false } constant ? new FieldSummary(0, (constant.Number, constant.Number))
        : new FieldSummary(rows, null);

    private static FieldRange RangeOf(FieldBinding binding, PartitionConstant constant) =>
        constant.IsNull ? FieldRange.Null
        : binding.RowField.Type == FieldType.Text ? FieldRange.Of(constant.Text)
        : new FieldRange(constant.Number, constant.Number, NullPresence.None);

    /// <param name="bindings">Of columns that the file has.</param>
    /// <param name="file">The file.</param>
    public PartLoad Load(IReadOnlyList<FieldBinding> bindings, OpenFile file) => Part.Load(this, bindings, file);
}
