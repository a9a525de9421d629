using NearData.Parquet;

namespace NearData.Engine.Pruning;

/// <summary>
/// Which texts a filter can keep, of those that it was analysed over with one set of parameters: that depends on nothing else. What came first is kept.
/// Thread-safe.
/// </summary>
internal sealed class TextMemory
{
    /// <summary>Bytes of texts, each with what it takes beside them: dictionaries of codes and names, not of comments.</summary>
    public const int MostBytes = 16 << 10;

    /// <summary>Bytes that an entry takes beside its text, about.</summary>
    public const int EntryBytes = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Dictionary<byte[], bool>.AlternateLookup<ReadOnlySpan<byte>>> _fields = [];
    private int _bytes;

    /// <summary>Whether the filter can keep a row whose field holds a text; null where that isn't known.</summary>
    public bool? Recall(int field, ReadOnlySpan<byte> text)
    {
        lock (_lock)
        {
            return _fields.TryGetValue(field, out Dictionary<byte[], bool>.AlternateLookup<ReadOnlySpan<byte>> texts) && texts.TryGetValue(text, out bool canKeep)
                ? canKeep
                : null;
        }
    }

    /// <summary>Keeps what was found out of a text, as long as there is room.</summary>
    public void Remember(int field, ReadOnlySpan<byte> text, bool canKeep)
    {
        lock (_lock)
        {
            if (text.Length > MostBytes - EntryBytes - _bytes)
            {
                return;
            }

            if (!_fields.TryGetValue(field, out Dictionary<byte[], bool>.AlternateLookup<ReadOnlySpan<byte>> texts))
            {
                texts = new Dictionary<byte[], bool>(BytesComparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();
                _fields.Add(field, texts);
            }

            if (texts.TryAdd(text, canKeep))
            {
                _bytes += text.Length + EntryBytes;
            }
        }
    }
}
