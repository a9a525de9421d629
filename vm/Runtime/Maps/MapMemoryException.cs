namespace NearData.Vm.Maps;

/// <summary>A map can't be made as it is defined: its sizes or flags mean nothing, or no owner gets so much memory. Its author's to fix.</summary>
public sealed class MapMemoryException : Exception
{
    public MapMemoryException(string map, string message)
        : base($"Map {map}: {message}") => Map = map;

    /// <summary>Whether there is enough memory once others give some back.</summary>
    public bool IsTransient { get; init; }

    /// <summary>The map at fault.</summary>
    public string Map { get; }
}
