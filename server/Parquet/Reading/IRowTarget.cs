namespace NearData.Parquet.Reading;

/// <summary>What rows are read into, some of one page after the other. Positions count from the first row that was asked for.</summary>
internal interface IRowTarget
{
    /// <summary>Whether any of some rows is wanted; the others are passed over.</summary>
    bool Wants(int first, int count);

    /// <summary>Whether the present page's rows can be read so.</summary>
    bool CanRead { get; }

    /// <summary>Whether null rows can be told by the target itself.</summary>
    bool KnowsNulls { get; }

    /// <summary>Takes the page's next rows, all of which have a value.</summary>
    void Read(int first, int count);

    /// <summary>Takes the page's next rows, of which some are null.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="validity">Per row 1, or 0 for null.</param>
    /// <param name="present">How many have a value.</param>
    void Read(int first, ReadOnlySpan<byte> validity, int present);
}
