using NearData.Engine.Datasets;

namespace NearData.Engine.Formats;

/// <summary>A column as one file has it.</summary>
/// <param name="Name">The path, with dots where it lies in a structure; unique in the file.</param>
/// <param name="Type">What its values mean.</param>
/// <param name="IsNullable">Whether it may hold nulls.</param>
/// <param name="NullCount">How many it holds; null where the file doesn't say.</param>
/// <param name="Values">Which integers it holds.</param>
public sealed record FileColumn(string Name, ColumnType Type, bool IsNullable, long? NullCount, ValueSpan Values);

/// <summary>What is known of which integers a column holds: nothing, that there are none, or between which they lie.</summary>
public readonly record struct ValueSpan
{
    private ValueSpan(bool isKnown, (long Minimum, long Maximum)? range) => (IsKnown, Range) = (isKnown, range);

    /// <summary>Nothing is known, or they aren't integers.</summary>
    public static ValueSpan Unknown => default;

    /// <summary>There are no values but nulls.</summary>
    public static ValueSpan None { get; } = new(isKnown: true, range: null);

    public bool IsKnown { get; }

    /// <summary>The least and the greatest; null where there are none, or nothing is known.</summary>
    public (long Minimum, long Maximum)? Range { get; }

    public static ValueSpan Of(long minimum, long maximum) => new(isKnown: true, (minimum, maximum));

    /// <summary>Of the values of both.</summary>
    public ValueSpan Union(ValueSpan other) => (Range, other.Range) switch
    {
        _ when !IsKnown || !other.IsKnown => Unknown,
        (null, _) => other,
        (_, null) => this,
        ({ } one, { } two) => Of(Math.Min(one.Minimum, two.Minimum), Math.Max(one.Maximum, two.Maximum)),
    };
}
