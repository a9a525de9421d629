using System.Buffers;
using NearData.Parquet.Thrift;

namespace NearData.Parquet.Writing;

/// <summary>Writes a chunk's column index and offset index (parquet.thrift, ColumnIndex and OffsetIndex).</summary>
internal static class PageIndexWriter
{
    /// <summary>BoundaryOrder: pages come in no order that readers could search by.</summary>
    private const int Unordered = 0;

    /// <summary>The column index, or null where a page has values without bounds, which the format has no place for.</summary>
    public static byte[]? WriteColumnIndex(WrittenChunk written)
    {
        if (written.Pages.Any(page => !page.IsNull && page.Range is null))
        {
            return null;
        }

        ArrayBufferWriter<byte> output = new();
        CompactWriter writer = new(output);
        writer.BeginStruct();
        writer.BeginList(1, CompactType.True, written.Pages.Count);
        foreach (WrittenPage page in written.Pages)
        {
            writer.WriteBooleanElement(page.IsNull);
        }

        writer.BeginList(2, CompactType.Binary, written.Pages.Count);
        foreach (WrittenPage page in written.Pages)
        {
            writer.WriteElement(page.Range is { } range ? range.Min.Span : []);
        }

        writer.BeginList(3, CompactType.Binary, written.Pages.Count);
        foreach (WrittenPage page in written.Pages)
        {
            writer.WriteElement(page.Range is { } range ? range.Max.Span : []);
        }

        writer.WriteInt32(4, Unordered);
        writer.BeginList(5, CompactType.Int64, written.Pages.Count);
        foreach (WrittenPage page in written.Pages)
        {
            writer.WriteElement(page.NullCount);
        }

        writer.EndStruct();
        return output.WrittenSpan.ToArray();
    }

    public static byte[] WriteOffsetIndex(WrittenChunk written)
    {
        ArrayBufferWriter<byte> output = new();
        CompactWriter writer = new(output);
        writer.BeginStruct();
        writer.BeginList(1, CompactType.Struct, written.Pages.Count);
        foreach (WrittenPage page in written.Pages)
        {
            writer.BeginStruct();
            writer.WriteInt64(1, written.Chunk.Offset + written.DictionaryLength + page.Offset);
            writer.WriteInt32(2, page.Length);
            writer.WriteInt64(3, page.FirstRow);
            writer.EndStruct();
        }

        writer.EndStruct();
        return output.WrittenSpan.ToArray();
    }
}
