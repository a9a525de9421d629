namespace NearData.Engine.Formats;

/// <summary>Bytes of a file, checked to lie inside it.</summary>
/// <param name="Offset">From the file's start.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ByteRange(long Offset, long Length)
{
    public long End => Offset + Length;
}
