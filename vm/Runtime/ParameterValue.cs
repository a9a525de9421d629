using System.Collections.Immutable;
using System.Globalization;

namespace NearData.Vm;

/// <summary>What a parameter is given. Immutable.</summary>
public abstract record ParameterValue
{
    private ParameterValue()
    {
    }

    public static implicit operator ParameterValue(Int128 number) => new Integer(number);

    /// <summary>Whole numbers by parameter's name as values.</summary>
    public static IReadOnlyDictionary<string, ParameterValue> Of(IReadOnlyDictionary<string, Int128> given) =>
        given.ToDictionary(entry => entry.Key, entry => (ParameterValue)entry.Value, StringComparer.Ordinal);

    /// <summary>A whole number, date or truth value; for a parameter of doubles the nearest one.</summary>
    public sealed record Integer(Int128 Number) : ParameterValue
    {
        public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A number of floating point.</summary>
    public sealed record Double(double Number) : ParameterValue
    {
        public override string ToString() => Number.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>Text, or any bytes.</summary>
    public sealed record Text(ImmutableArray<byte> Bytes) : ParameterValue
    {
        public override string ToString() => $"text of {Bytes.Length} bytes";
    }
}
