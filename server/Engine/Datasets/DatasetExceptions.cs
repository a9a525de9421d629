namespace NearData.Engine.Datasets;

/// <summary>A name that would lead out of the served root. The caller's to fix.</summary>
public sealed class PathRefusedException(string name)
    : Exception($"'{name}' doesn't name anything under the served root.")
{
    public string Name { get; } = name;
}

/// <summary>No dataset, or no file of a dataset, has this name. The caller's to fix.</summary>
public sealed class DatasetNotFoundException(string name, string what = "dataset")
    : Exception($"There is no {what} '{name}'.")
{
    public string Name { get; } = name;
}

/// <summary>A file was replaced, changed or removed since the dataset was described. Asking again may succeed.</summary>
public sealed class DatasetChangedException(string dataset, string change)
    : Exception($"Dataset '{dataset}' changed: {change}.")
{
    public string Dataset { get; } = dataset;
}

/// <summary>A dataset's files don't have the same columns. The data's owner has to fix it.</summary>
public sealed class DatasetSchemaException(string dataset, string file, string difference)
    : Exception($"Dataset '{dataset}': {file} {difference}.")
{
    public string Dataset { get; } = dataset;

    public string File { get; } = file;
}
