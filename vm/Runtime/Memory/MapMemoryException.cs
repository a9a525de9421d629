namespace NearData.Vm.Memory;

/// <summary>A program's maps ask for memory that no execution gets. The program's author's to fix.</summary>
public sealed class MapMemoryException : Exception
{
    public MapMemoryException(string map, string message)
        : base($"Map {map}: {message}") => Map = map;

    /// <summary>The map at fault.</summary>
    public string Map { get; }
}
