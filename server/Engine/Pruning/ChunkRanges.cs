using NearData.Parquet;
using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>What a column chunk's statistics say of the field that it is bound to.</summary>
internal static class ChunkRanges
{
    /// <summary>Null where they say nothing.</summary>
    public static FieldRange? Of(ColumnChunk chunk)
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
