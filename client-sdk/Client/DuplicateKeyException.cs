namespace NearData.Client;

/// <summary>
/// A join's second side has several rows of a key that a record of the first asked for. A join looks one row up for each record; nothing was
/// answered, since it would be wrong.
/// </summary>
public sealed class DuplicateKeyException : InvalidOperationException
{
    internal DuplicateKeyException(string dataset, string key, long records)
        : base($"A join looks up one row of '{dataset}' by {key}, and {records} records found a key of several rows there, or of several in a dataset that it is joined with. Exchange the sides, so that the one with a row for each key is the argument of Join; or ask with Any where that a row exists is enough.")
    {
        Dataset = dataset;
        Key = key;
        Records = records;
    }

    /// <summary>The dataset that was looked up.</summary>
    public string Dataset { get; }

    /// <summary>The key as C# shows it.</summary>
    public string Key { get; }

    /// <summary>Records for which there were several rows.</summary>
    public long Records { get; }
}
