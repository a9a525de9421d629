using System.Diagnostics.CodeAnalysis;

namespace NearData.Storage;

/// <summary>
/// Ranges of files that somebody reads for a cache right now, so that others who want them wait instead of reading them too. Whoever begins
/// a read has all that it needs to end it, so nobody waits for somebody who waits. Thread-safe.
/// </summary>
public sealed class PendingReads
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(FileVersion File, long Part), PendingRead> _reads = [];

    /// <summary>After a read ended that somebody waited for. Raised by whichever thread ended it.</summary>
    public event EventHandler? AwaitedEnded;

    /// <summary>Begins a read, unless one is under way that brings all of its bytes.</summary>
    /// <param name="read">The caller's to end.</param>
    /// <param name="within">Where a larger part starts that may be read instead.</param>
    /// <param name="other">The read to wait for.</param>
    public bool TryBegin(PendingRead read, long? within, [NotNullWhen(false)] out PendingRead? other)
    {
        lock (_lock)
        {
            other = Find(read, read.Parts[0]) ?? (within is { } part ? Find(read, part) : null);
            if (other is not null)
            {
                other.IsAwaited = true;
                return false;
            }

            read.Owner = this;
            foreach (long place in read.Parts)
            {
                _reads.TryAdd((read.File, place), read);
            }

            return true;
        }
    }

    internal void End(PendingRead read)
    {
        bool wasAwaited;
        lock (_lock)
        {
            foreach (long place in read.Parts)
            {
                if (_reads.TryGetValue((read.File, place), out PendingRead? known) && known == read)
                {
                    _reads.Remove((read.File, place));
                }
            }

            wasAwaited = read.IsAwaited;
        }

        if (wasAwaited)
        {
            AwaitedEnded?.Invoke(this, EventArgs.Empty);
        }
    }

    private PendingRead? Find(PendingRead wanted, long part) =>
        _reads.TryGetValue((wanted.File, part), out PendingRead? read) && read.Brings(wanted) ? read : null;
}
