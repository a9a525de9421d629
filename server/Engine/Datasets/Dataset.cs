using System.Collections.Immutable;
using NearData.Engine.Formats;
using NearData.Storage;

namespace NearData.Engine.Datasets;

/// <summary>A column of a dataset, over all its files.</summary>
/// <param name="Name">The path, with dots where it lies in a structure; unique in the dataset.</param>
/// <param name="Type">The same in every file.</param>
/// <param name="IsNullable">Whether some file declares it optional.</param>
/// <param name="NullCount">Nulls in all files; null where some file doesn't say.</param>
/// <param name="Range">The least and greatest integer value; null where some file doesn't say, or for other types.</param>
public sealed record DatasetColumn(string Name, ColumnType Type, bool IsNullable, long? NullCount, (long Minimum, long Maximum)? Range)
{
    /// <summary>Whether the names of the files' folders say its values, and not the files.</summary>
    public bool IsPartition { get; init; }
}

/// <summary>A file of a dataset, with what identifies these very bytes.</summary>
/// <param name="Name">Relative to the dataset, with slashes.</param>
/// <param name="Path">Where to open it.</param>
/// <param name="Stamp">Its version when that was found out.</param>
/// <param name="Content">What its format says of it.</param>
public sealed record DatasetFile(string Name, string Path, FileVersion Stamp, FileContent Content)
{
    /// <summary>The values of its partition's columns.</summary>
    internal ImmutableArray<PartitionConstant> Constants { get; init; } = [];

    internal PartitionConstant ConstantOf(string column) => Constants.First(constant => string.Equals(constant.Column, column, StringComparison.Ordinal));
}

/// <summary>One or more files with the same columns, as they were at one moment. Immutable, thread-safe.</summary>
/// <param name="Name">The folder's or file's name under the root.</param>
/// <param name="Version">Changes whenever a file does.</param>
/// <param name="Columns">Columns with one value per row; lists are left out.</param>
/// <param name="Files">In order of name.</param>
public sealed record Dataset(string Name, string Version, ImmutableArray<DatasetColumn> Columns, ImmutableArray<DatasetFile> Files)
{
    /// <summary>The files beside it that say what its files hold, with their versions.</summary>
    internal string Schemas { get; init; } = "";

    /// <summary>Rows; null where only reading them all tells.</summary>
    public long? RowCount => Files.Aggregate((long?)0, (sum, file) => sum + file.Content.RowCount);

    /// <summary>Rows, or the most that there can be.</summary>
    public long MostRows => (long)Int128.Min(Files.Aggregate((Int128)0, (sum, file) => sum + file.Content.MostRows), long.MaxValue);

    /// <summary>Bytes of all files.</summary>
    public long Length => Files.Sum(file => file.Stamp.Length);

    public DatasetColumn? FindColumn(string name) => Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal));

    /// <exception cref="DatasetNotFoundException">The dataset has no such file.</exception>
    public DatasetFile File(string name) =>
        Files.FirstOrDefault(file => string.Equals(file.Name, name, StringComparison.Ordinal))
        ?? throw new DatasetNotFoundException($"{Name}/{name}", "file");
}
