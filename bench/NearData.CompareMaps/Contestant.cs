namespace NearData.CompareMaps;

/// <summary>Does the work in one way. Threads share the map and nothing else.</summary>
internal abstract class Contestant(string name) : IDisposable
{
    public string Name { get; } = name;

    /// <summary>Does about so many operations on this thread; returns how many.</summary>
    public abstract long Run(int thread, long operations);

    public abstract void Dispose();
}
