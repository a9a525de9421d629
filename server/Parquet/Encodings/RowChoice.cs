namespace NearData.Parquet.Encodings;

/// <summary>Which of a stretch of rows a reader wants: all, or some by their positions.</summary>
internal readonly ref struct RowChoice
{
    private readonly ReadOnlySpan<int> _positions;
    private readonly int _origin;
    private readonly ChoiceGrain _grain;

    private RowChoice(ReadOnlySpan<int> positions, int origin, ChoiceGrain grain, bool isAll)
    {
        _positions = positions;
        _origin = origin;
        _grain = grain;
        IsAll = isAll;
    }

    /// <summary>Every row.</summary>
    public static RowChoice All => new([], 0, ChoiceGrain.Row, isAll: true);

    public bool IsAll { get; }

    /// <summary>No row.</summary>
    public bool IsNone => !IsAll && _positions.IsEmpty;

    /// <summary>How many rows are wanted, where not all are.</summary>
    public int Count => _positions.Length;

    /// <summary>The position of a wanted row in the stretch, where not all are wanted; they ascend.</summary>
    public int this[int index] => _positions[index] - _origin;

    /// <param name="positions">Rows of a stretch, ascending.</param>
    /// <param name="grain">Of <see cref="ChoiceGrain.Page"/>, a part of the stretch that has one is wanted whole.</param>
    public static RowChoice Of(ReadOnlySpan<int> positions, ChoiceGrain grain) => new(positions, 0, grain, isAll: false);

    /// <summary>What is wanted of a part of the stretch: of one page's rows.</summary>
    public RowChoice Slice(int first, int count)
    {
        if (IsAll)
        {
            return this;
        }

        ReadOnlySpan<int> positions = _positions[Before(first)..Before(first + count)];
        return _grain == ChoiceGrain.Page && !positions.IsEmpty ? All : new RowChoice(positions, _origin + first, _grain, isAll: false);
    }

    private int Before(int row)
    {
        int found = _positions.BinarySearch(_origin + row);
        return found >= 0 ? found : ~found;
    }
}
