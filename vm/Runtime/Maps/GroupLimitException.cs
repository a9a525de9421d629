namespace NearData.Vm.Maps;

/// <summary>What groups ran out of.</summary>
public enum GroupLimit
{
    None,

    /// <summary>There are more groups than the map's <c>max_groups</c>.</summary>
    Groups,

    /// <summary>The node gives the execution no more memory.</summary>
    Memory,

    /// <summary>A sum doesn't fit the 64 bits that a program sees of it.</summary>
    Sum,
}

/// <summary>An execution's groups go beyond a limit; there is no answer, since it would be partial.</summary>
public sealed class GroupLimitException : Exception
{
    public GroupLimitException(string map, GroupLimit limit, string message)
        : base($"Map {map}: {message}")
    {
        Map = map;
        Limit = limit;
    }

    /// <summary>The map whose groups they are.</summary>
    public string Map { get; }

    public GroupLimit Limit { get; }
}
