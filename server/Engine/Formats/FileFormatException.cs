namespace NearData.Engine.Formats;

/// <summary>A file isn't what its format asks for. The data's owner has to fix it.</summary>
public sealed class FileFormatException(string file, long offset, string message, Exception? inner = null)
    : Exception($"{file}, offset {offset}: {message}", inner)
{
    public string File { get; } = file;

    /// <summary>Bytes from the file's start.</summary>
    public long Offset { get; } = offset;
}
