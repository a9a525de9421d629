namespace NearData.Isa.Objects.Btf.Values;

/// <summary>A value that was given can't be one of its type. Whoever gave it is to fix it.</summary>
public sealed class BtfValueException : Exception
{
    /// <param name="path">Where in the value, such as <c>.points[1].x</c>; empty for the value itself.</param>
    /// <param name="message">What was found and what is taken.</param>
    public BtfValueException(string path, string message)
        : base(path.Length == 0 ? message : $"{path}: {message}") => Path = path;

    /// <summary>Where in the value, such as <c>.points[1].x</c>; empty for the value itself.</summary>
    public string Path { get; }
}
