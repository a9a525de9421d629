using System.Collections.Immutable;
using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Engine.Pruning;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.Parquet.Encodings;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Formats.Parquet;

/// <summary>A row group, or the rows of it that a filter can keep.</summary>
/// <param name="group">Its chunks.</param>
/// <param name="spans">Its rows.</param>
/// <param name="slices">What is read of columns that aren't read whole, by their paths.</param>
internal sealed class RowGroupPart(RowGroup group, ImmutableArray<RowSpan> spans, IReadOnlyDictionary<string, ChunkSlice[]> slices) : FilePart
{
    private static readonly Dictionary<string, ChunkSlice[]> Whole = [];

    public RowGroupPart(RowGroup group)
        : this(group, [new RowSpan(0, group.RowCount, FilterOutcome.Unknown)], Whole)
    {
    }

    public RowGroup Group => group;

    /// <summary>The rows, in order.</summary>
    public ImmutableArray<RowSpan> Spans => spans;

    public override long? RowCount { get; } = spans.Sum(span => span.Count);

    internal override long PagesPruned => PagesLeftOut;

    private long PagesLeftOut { get; init; }

    /// <summary>The chunk of a column with one value per row, by its path. Files may hold their columns in different orders.</summary>
    public ColumnChunk ChunkOf(string column)
    {
        foreach (ColumnChunk chunk in group.Chunks)
        {
            if (!chunk.Column.IsRepeated && string.Equals(chunk.Column.Path, column, StringComparison.Ordinal))
            {
                return chunk;
            }
        }

        throw new ArgumentException($"The row group has no column '{column}'.", nameof(column));
    }

    /// <summary>What is read of a chunk.</summary>
    public ChunkSlice[] SlicesOf(ColumnChunk chunk) => slices.TryGetValue(chunk.Column.Path, out ChunkSlice[]? some) ? some : [ChunkSlice.Whole(chunk)];

    internal override FieldRange? RangeOf(FieldBinding binding) => ChunkRanges.Of(ChunkOf(binding.Column.Name));

    internal override FieldSummary? SummaryOf(FieldBinding binding)
    {
        ColumnChunk chunk = ChunkOf(binding.Column.Name);
        long? nulls = chunk.Column.IsNullable ? chunk.Statistics?.NullCount : 0;
        return nulls is not { } known ? null
            : chunk.Statistics is { AreBoundsExact: true } statistics && statistics.TryGetInt64Range(out long least, out long greatest)
            ? new FieldSummary(known, (least, greatest))
            : new FieldSummary(known, null);
    }

    internal override FilePart? Narrow(ScanTask task, PartFilter filter, OpenFile file)
    {
        if (filter.Filtered.Any(binding => HasNone(binding, filter.Values, file)))
        {
            return null;
        }

        if (!filter.Filtered.Any(binding => ChunkOf(binding.Column.Name) is { ColumnIndex: not null } chunk && PageIndex.IsOf(chunk)) || !filter.Pages.IsWorthTrying())
        {
            return this;
        }

        FieldPages[] pages = [.. filter.Filtered.Select(binding => PagesOf(binding, file)).OfType<FieldPages>()];
        ImmutableArray<RowSpan> kept = [.. filter.Pages.Select(group.RowCount, pages, task.RangesOf(filter.Filtered))];
        return kept.IsEmpty ? null
            : kept is [{ Filter: FilterOutcome.Unknown } all] && all.Count == group.RowCount ? this
            : Only(kept, filter, file);
    }

    internal override long? BytesOf(FieldBinding binding) => SlicesOf(ChunkOf(binding.Column.Name)).Sum(slice => slice.Range.Length);

    internal override bool HasDictionary(FieldBinding binding) =>
        ChunkOf(binding.Column.Name).Encodings.Any(encoding => encoding is PageEncoding.RleDictionary or PageEncoding.PlainDictionary);

    internal override PartLoad Load(ScanTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file) =>
        new RowGroupLoad(task, this, bindings, file);

    /// <summary>Whether a bloom filter proves that no row has a value that the filter wants the field to equal.</summary>
    private bool HasNone(FieldBinding binding, EqualityValues values, OpenFile file)
    {
        ColumnChunk chunk = ChunkOf(binding.Column.Name);
        return chunk.BloomFilter is not null && (binding.RowField.Type == FieldType.Text
            ? values.TextsOf(binding) is { } texts && BloomFilters.Exclude(file, chunk, texts)
            : values.Of(binding) is { } wanted && BloomFilters.Exclude(file, chunk, binding.RowField.Type, wanted));
    }

    private FieldPages? PagesOf(FieldBinding binding, OpenFile file)
    {
        ColumnChunk chunk = ChunkOf(binding.Column.Name);
        return file.PageIndexes.Of(chunk, group.RowCount) is { Statistics.IsEmpty: false } index
            ? new FieldPages(
                binding.Field,
                [.. index.Offsets.Pages.Select(page => page.FirstRow)],
                [.. index.Statistics.Select((page, i) => ChunkRanges.Of(page, index.Offsets.RowsOf(i).Count))])
            : null;
    }

    private RowGroupPart Only(ImmutableArray<RowSpan> kept, PartFilter filter, OpenFile file)
    {
        RowRange[] rows = [.. kept.Select(span => new RowRange(span.First, span.Count))];
        Dictionary<string, ChunkSlice[]> some = new(StringComparer.Ordinal);
        long pruned = 0;
        foreach (ColumnChunk chunk in filter.Loaded.Select(binding => ChunkOf(binding.Column.Name)))
        {
            if (file.PageIndexes.Of(chunk, group.RowCount)?.Offsets is { } index && index.PagesOutside(rows) is > 0 and var left)
            {
                some[chunk.Column.Path] = [.. index.Slices(rows)];
                pruned += left;
            }
        }

        return new RowGroupPart(group, kept, some) { PagesLeftOut = pruned };
    }
}
