namespace NearData.Storage;

/// <summary>A range of a file that is being read. Whoever began it ends it, when the cache has its bytes or never will. Thread-safe.</summary>
/// <param name="file">The file's version.</param>
/// <param name="start">Bytes from the file's start.</param>
/// <param name="length">Bytes.</param>
/// <param name="parts">Offsets in the file under which parts of it will be asked for; one or more, kept.</param>
public sealed class PendingRead(FileVersion file, long start, long length, long[] parts)
{
    private volatile bool _isOver;

    /// <summary>Whether the read has ended, well or not.</summary>
    public bool IsOver => _isOver;

    internal FileVersion File => file;

    internal long Start => start;

    /// <summary>The first byte behind it.</summary>
    internal long Behind => start + length;

    internal long[] Parts => parts;

    /// <summary>Among which it was begun; null before.</summary>
    internal PendingReads? Owner { get; set; }

    /// <summary>Whether somebody waits for it; under the owner's lock.</summary>
    internal bool IsAwaited { get; set; }

    /// <summary>Ends the read. Further calls do nothing.</summary>
    public void End()
    {
        if (!_isOver)
        {
            _isOver = true;
            Owner?.End(this);
        }
    }

    internal bool Brings(PendingRead wanted) => start <= wanted.Start && wanted.Behind <= Behind;
}
