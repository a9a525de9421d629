using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Parquet;
using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>What a row group's statistics say of the fields of its rows.</summary>
internal static class ChunkRanges
{
    /// <summary>By index in the row's fields; those of which nothing is known are left out.</summary>
    public static Dictionary<int, FieldRange> Of(RowGroupTask task, IEnumerable<FieldBinding> bindings)
    {
        Dictionary<int, FieldRange> ranges = [];
        foreach (FieldBinding binding in bindings)
        {
            if (Of(task.ChunkOf(binding.Column.Name)) is { } range)
            {
                ranges.Add(binding.Field, range);
            }
        }

        return ranges;
    }

    private static FieldRange? Of(ColumnChunk chunk)
    {
        NullPresence nulls = NullsIn(chunk);
        return nulls == NullPresence.All ? new FieldRange(0, 0, nulls)
            : chunk.Statistics?.TryGetInt64Range(out long minimum, out long maximum) == true ? new FieldRange(minimum, maximum, nulls)
            : null;
    }

    private static NullPresence NullsIn(ColumnChunk chunk)
    {
        if (!chunk.Column.IsNullable)
        {
            return NullPresence.None;
        }

        long? nulls = chunk.Statistics?.NullCount;
        return nulls == 0 ? NullPresence.None
            : nulls == chunk.ValueCount ? NullPresence.All
            : NullPresence.Some;
    }
}
