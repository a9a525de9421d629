using System.Collections.Immutable;

namespace NearData.Engine.Groups;

/// <summary>Which groups of a map leave the node, and in which order.</summary>
/// <param name="Map">The map's name.</param>
/// <param name="Keys">The most significant first; groups that are equal by them come in the order of their keys. Empty: in no order.</param>
/// <param name="Limit">The most groups; null for all.</param>
public sealed record GroupOrder(string Map, ImmutableArray<GroupOrderKey> Keys, long? Limit);

/// <param name="Column">A part of the key or a member of the value, by name.</param>
/// <param name="Direction">Which end comes first.</param>
public readonly record struct GroupOrderKey(string Column, SortDirection Direction);

public enum SortDirection
{
    Ascending,
    Descending,
}

/// <summary>An order names a map or column that the groups don't have. The caller's to fix.</summary>
public sealed class GroupOrderException(string message) : Exception(message);
