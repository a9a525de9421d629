using System.Collections.Immutable;

namespace NearData.Engine.Formats;

/// <summary>
/// What is known of a file's content before its rows are read: a format's half of a dataset's file. Immutable, thread-safe.
/// </summary>
public abstract class FileContent
{
    private protected FileContent()
    {
    }

    /// <summary>Columns with one value per row, in the file's order.</summary>
    public abstract ImmutableArray<FileColumn> Columns { get; }

    /// <summary>What is read as a whole by one worker at a time, in the order of its rows.</summary>
    public abstract ImmutableArray<FilePart> Parts { get; }

    /// <summary>Rows; null where only reading them all tells.</summary>
    public abstract long? RowCount { get; }

    /// <summary>Rows, or the most that there can be.</summary>
    public abstract long MostRows { get; }

    /// <summary>
    /// Parts without rows that have to be run through before those of <see cref="Parts"/> are loaded, as they say where these lie; none where
    /// that is known.
    /// </summary>
    /// <param name="file">Takes what is found out.</param>
    internal virtual ImmutableArray<FilePart> Survey(OpenFile file) => [];
}
