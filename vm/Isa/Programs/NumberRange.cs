namespace NearData.Isa.Programs;

/// <summary>Every 64-bit number, taken as signed, from one to another, both included.</summary>
public readonly record struct NumberRange(long Minimum, long Maximum)
{
    /// <summary>Every number.</summary>
    public static NumberRange Any { get; } = new(long.MinValue, long.MaxValue);

    public bool IsConstant => Minimum == Maximum;

    public bool Contains(long number) => Minimum <= number && number <= Maximum;

    /// <summary>Whether every number of this range is one of the other.</summary>
    public bool IsWithin(long minimum, long maximum) => minimum <= Minimum && Maximum <= maximum;

    /// <summary>The least range that holds both.</summary>
    public NumberRange Join(NumberRange other) => new(long.Min(Minimum, other.Minimum), long.Max(Maximum, other.Maximum));

    /// <summary>The numbers in both; null where there are none.</summary>
    public NumberRange? Meet(NumberRange other)
    {
        NumberRange common = new(long.Max(Minimum, other.Minimum), long.Min(Maximum, other.Maximum));
        return common.Minimum <= common.Maximum ? common : null;
    }

    public override string ToString() => this == Any ? "any" : IsConstant ? $"{Minimum}" : $"[{Minimum}..{Maximum}]";
}
