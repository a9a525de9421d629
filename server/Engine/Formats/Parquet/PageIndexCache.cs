using NearData.Parquet;
using NearData.Storage;

namespace NearData.Engine.Formats.Parquet;

/// <summary>
/// Page indexes that were read lately, of all files. Kept apart from their footers, which they would make many times as large: what is used
/// longest ago goes. Thread-safe.
/// </summary>
internal sealed class PageIndexCache
{
    /// <summary>Bytes of indexes as they lie in files, 16 MiB: parsed they take some times as much.</summary>
    public const long Capacity = 16 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<(FileVersion File, long Chunk), LinkedListNode<Entry>> _known = [];
    private readonly LinkedList<Entry> _recency = new();
    private long _bytes;

    public PageIndex? Find(in FileVersion file, ColumnChunk chunk)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue((file, chunk.Offset), out LinkedListNode<Entry>? node))
            {
                return null;
            }

            _recency.Remove(node);
            _recency.AddLast(node);
            return node.Value.Index;
        }
    }

    /// <param name="file">The version that it was read of.</param>
    /// <param name="chunk">Whose index it is.</param>
    /// <param name="index">The index.</param>
    /// <param name="bytes">Its length in the file.</param>
    public void Add(in FileVersion file, ColumnChunk chunk, PageIndex index, long bytes)
    {
        lock (_lock)
        {
            LinkedListNode<Entry> node = new(new Entry((file, chunk.Offset), index, bytes));
            if (!_known.TryAdd(node.Value.Key, node))
            {
                return;
            }

            _recency.AddLast(node);
            for (_bytes += bytes; _bytes > Capacity; _bytes -= _recency.First!.Value.Bytes, _recency.RemoveFirst())
            {
                _known.Remove(_recency.First!.Value.Key);
            }
        }
    }

    private sealed record Entry((FileVersion File, long Chunk) Key, PageIndex Index, long Bytes);
}
