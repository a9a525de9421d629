using System.Collections.Immutable;
using NearData.Parquet;

namespace NearData.Engine.Formats.Parquet;

/// <summary>Parquet: a file's footer says all.</summary>
internal sealed class ParquetFormat : FileFormat
{
    public override ImmutableArray<string> Extensions => [".parquet"];

    /// <exception cref="ParquetException">The footer is broken or uses what isn't supported.</exception>
    public override FileContent Read(FileBytes file)
    {
        byte[] trailer = ReadTail(file, ParquetMetadata.TrailerLength, 0);
        int footer = ParquetMetadata.FooterLength(file.Name, file.Length, trailer);
        return new ParquetContent(ParquetMetadata.Parse(file.Name, file.Length, ReadTail(file, footer, ParquetMetadata.TrailerLength)));
    }

    private static byte[] ReadTail(FileBytes file, int count, int before)
    {
        long end = Math.Max(file.Length - before, 0);
        long start = Math.Max(end - count, 0);
        return file.Read(start, (int)(end - start));
    }
}
