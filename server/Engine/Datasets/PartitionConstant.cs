using System.Text;

namespace NearData.Engine.Datasets;

/// <summary>The value of a partition's column in all rows of a file. Immutable.</summary>
/// <param name="Column">The column.</param>
/// <param name="IsNull">Whether it is null.</param>
/// <param name="Number">The value of a column that isn't text; 0 for a null.</param>
internal sealed record PartitionConstant(string Column, bool IsNull, long Number)
{
    /// <summary>The value of a column of text, in UTF-8, where the collector doesn't move it; empty otherwise.</summary>
    public ReadOnlyMemory<byte> Text { get; private init; }

    public static PartitionConstant OfText(string column, string? text)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(text ?? ""), pinned: true);
        Encoding.UTF8.GetBytes(text ?? "", bytes);
        return new PartitionConstant(column, text is null, 0) { Text = bytes };
    }
}
