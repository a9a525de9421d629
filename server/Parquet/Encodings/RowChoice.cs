namespace NearData.Parquet.Encodings;

/// <summary>Which of a stretch of rows a reader wants: all, or some by their positions.</summary>
internal readonly ref struct RowChoice
{
    private readonly ReadOnlySpan<int> _positions;
    private readonly int _origin;

    private RowChoice(ReadOnlySpan<int> positions, int origin, bool isAll)
    {
        _positions = positions;
        _origin = origin;
        IsAll = isAll;
    }

    /// <summary>Every row.</summary>
    public static RowChoice All => new([], 0, isAll: true);

    public bool IsAll { get; }

    /// <summary>How many rows are wanted, where not all are.</summary>
    public int Count => _positions.Length;

    /// <summary>The position of a wanted row in the stretch, where not all are wanted; they ascend.</summary>
    public int this[int index] => _positions[index] - _origin;

    /// <param name="positions">Rows of a stretch, ascending.</param>
    public static RowChoice Of(ReadOnlySpan<int> positions) => new(positions, 0, isAll: false);

    /// <summary>What is wanted of a part of the stretch.</summary>
    public RowChoice Slice(int first, int count)
    {
        if (IsAll)
        {
            return this;
        }

        int start = Before(first);
        return new RowChoice(_positions[start..Before(first + count)], _origin + first, isAll: false);
    }

    private int Before(int row)
    {
        int found = _positions.BinarySearch(_origin + row);
        return found >= 0 ? found : ~found;
    }
}
