using NearData.Storage;

namespace NearData.Engine.Datasets;

/// <summary>A file or folder under the served root can't be looked at. Not the caller's fault; the node's operator may have to give rights.</summary>
public sealed class ServedFileException(string name, Exception cause)
    : IOException($"{(name is "." ? "The served root" : $"'{name}'")} can't be read: {IoReason.Of(cause)}.", cause)
{
    /// <summary>The file or folder, relative to the root.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it isn't there.</summary>
    public bool IsMissing { get; } = cause is FileNotFoundException or DirectoryNotFoundException;
}
