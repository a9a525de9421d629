using System.Buffers;
using NearData.Parquet.Values;

namespace NearData.Parquet.Writing;

/// <summary>Gives each different value of a chunk a code, in the order in which they come. Values are PLAIN bytes.</summary>
internal abstract class DictionaryBuilder
{
    /// <summary>The entries as a dictionary page holds them.</summary>
    protected ArrayBufferWriter<byte> Page { get; } = new();

    /// <summary>The entries as a dictionary page holds them.</summary>
    public ReadOnlyMemory<byte> Entries => Page.WrittenMemory;

    public abstract int Count { get; }

    /// <summary>
    /// Gives the codes of PLAIN values, one per element of <paramref name="codes"/>, and adds those that are new.
    /// </summary>
    public abstract void Encode(ReadOnlySpan<byte> plain, Span<uint> codes);

    /// <summary>Starts a new chunk.</summary>
    public virtual void Clear() => Page.ResetWrittenCount();

    /// <summary>Null for a type that no reader expects in a dictionary.</summary>
    public static DictionaryBuilder? For(ParquetColumn column) => column.PhysicalType switch
    {
        PhysicalType.Boolean => null,
        PhysicalType.Int32 or PhysicalType.Float => new WordDictionary<uint>(),
        PhysicalType.Int64 or PhysicalType.Double => new WordDictionary<ulong>(),
        _ => new BytesDictionary(StoredWidth.Of(column)),
    };
}
