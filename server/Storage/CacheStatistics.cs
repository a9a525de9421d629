namespace NearData.Storage;

/// <summary>What a <see cref="BufferCache"/> did so far, and holds now.</summary>
/// <param name="Hits">Ranges that were asked for and there.</param>
/// <param name="Misses">Ranges that were asked for and not there.</param>
/// <param name="HitBytes">Bytes of the first.</param>
/// <param name="MissBytes">Bytes of the second.</param>
/// <param name="Shared">Of the misses, ranges that somebody else read meanwhile.</param>
/// <param name="Evictions">Ranges that made room.</param>
/// <param name="Bytes">Held now.</param>
public readonly record struct CacheStatistics(long Hits, long Misses, long HitBytes, long MissBytes, long Shared, long Evictions, long Bytes);
