using NearData.Parquet;

namespace NearData.Engine.Pruning;

/// <summary>
/// Which texts of one column a filter can keep. What was found out for one dictionary is remembered for the next. That a text is dropped is
/// always proven; that it passes may be assumed. Not thread-safe.
/// </summary>
/// <param name="canKeep">
/// Whether the filter can keep a row whose field holds a text, or null; null where there was no time to find out, which isn't remembered.
/// </param>
internal sealed class TextGuard(Func<ReadOnlyMemory<byte>?, bool?> canKeep)
{
    /// <summary>The most texts that are listed: each of them is a case to be proven.</summary>
    private const int MostListed = 16;

    private readonly Dictionary<byte[], bool>.AlternateLookup<ReadOnlySpan<byte>> _known =
        new Dictionary<byte[], bool>(BytesComparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    private readonly List<ReadOnlyMemory<byte>?> _kept = [];
    private bool? _keepsNull;
    private bool _areUnlisted;

    /// <summary>All texts that passed so far, with null where nulls did; null where they are too many.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>?>? Kept => _areUnlisted ? null : _kept;

    /// <summary>Counts changes of <see cref="Kept"/>.</summary>
    public int Version { get; private set; }

    /// <summary>Decides each of a dictionary's entries.</summary>
    public CodeTable Tabulate(ByteArrayBatch entries, bool hasNulls)
    {
        byte[] passes = new byte[entries.Count + 1];
        bool isTotal = true;
        for (int code = 0; code < entries.Count; code++)
        {
            bool isKept = IsKept(entries[code]);
            passes[code] = isKept ? (byte)1 : (byte)0;
            isTotal &= isKept;
        }

        if (hasNulls)
        {
            bool isKept = _keepsNull ?? LearnNull();
            passes[^1] = isKept ? (byte)1 : (byte)0;
            isTotal &= isKept;
        }

        return new CodeTable(passes, isTotal);
    }

    private bool IsKept(ReadOnlySpan<byte> text)
    {
        if (_known.TryGetValue(text, out bool isKept))
        {
            return isKept;
        }

        byte[] bytes = text.ToArray();
        if (canKeep(bytes) is not { } found)
        {
            // It may come any number of times, so that it can't be listed.
            Version += _areUnlisted ? 0 : 1;
            _areUnlisted = true;
            return true;
        }

        _known[text] = found;
        if (found)
        {
            List(bytes);
        }

        return found;
    }

    private bool LearnNull()
    {
        bool isKept = canKeep(null) ?? true;
        _keepsNull = isKept;
        if (isKept)
        {
            List(null);
        }

        return isKept;
    }

    private void List(ReadOnlyMemory<byte>? text)
    {
        if (!_areUnlisted)
        {
            Version++;
            _areUnlisted = _kept.Count == MostListed;
            _kept.Add(text);
        }
    }
}
