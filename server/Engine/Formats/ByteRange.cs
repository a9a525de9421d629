namespace NearData.Engine.Formats;

/// <summary>Bytes of a file, checked to lie inside it.</summary>
/// <param name="Offset">From the file's start.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>Where a larger range starts that the cache may have instead, such as the whole of a column chunk; null where there is none.</summary>
    public long? Within { get; init; }

    public long End => Offset + Length;
}
