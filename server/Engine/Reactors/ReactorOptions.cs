namespace NearData.Engine.Reactors;

/// <summary>How a node's reactors are set up.</summary>
public sealed record ReactorOptions
{
    /// <summary>Reactors. Default: one per core, since a reactor waits for nothing but devices and work.</summary>
    public int Count { get; init; } = Environment.ProcessorCount;

    /// <summary>Where their threads run. Default: wherever the system likes, which is right on machines that do other work too.</summary>
    public ReactorPlacement Placement { get; init; } = ReactorPlacement.Anywhere;

    /// <summary>Reads in flight per reactor. Default 32: of 1 MiB each, more than a fast drive wants to be kept busy.</summary>
    public int QueueDepth { get; init; } = 32;
}

/// <summary>Where reactors' threads run.</summary>
public enum ReactorPlacement
{
    Anywhere,

    /// <summary>Each on a processor of its own.</summary>
    Pinned,
}
