using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Formats;
using NearData.Verifier;

namespace NearData.Engine.Execution;

/// <summary>A part of a dataset's file that a worker takes.</summary>
/// <param name="File">The file that it lies in.</param>
/// <param name="FileIndex">The file's place among the dataset's.</param>
/// <param name="Part">The part.</param>
internal sealed record ScanTask(DatasetFile File, int FileIndex, FilePart Part)
{
    /// <summary>What the filter is proven to do with all rows.</summary>
    public FilterOutcome Filter { get; init; }

    /// <summary>What is known of some fields without reading the part, by index in the row's fields.</summary>
    public Dictionary<int, FieldRange> RangesOf(IEnumerable<FieldBinding> bindings)
    {
        Dictionary<int, FieldRange> ranges = [];
        foreach (FieldBinding binding in bindings)
        {
            if (Part.RangeOf(binding) is { } range)
            {
                ranges.Add(binding.Field, range);
            }
        }

        return ranges;
    }

    public PartLoad Load(IReadOnlyList<FieldBinding> bindings, OpenFile file) => Part.Load(this, bindings, file);
}
