using System.Numerics;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Binding;

/// <summary>The parameters of one query in order of first use, each under a name of its own, with the values of this execution.</summary>
internal sealed class ParameterList
{
    private const string Nameless = "value";

    /// <summary>Texts of up to so many bytes share a program, and then those of up to twice as many each.</summary>
    private const uint LeastCapacity = 16;

    private readonly List<(string Name, ParameterValue Value)> _parameters = [];
    private readonly HashSet<string> _taken = new(ResultNames.All, StringComparer.Ordinal);

    /// <summary>What an execution is given.</summary>
    public IReadOnlyDictionary<string, ParameterValue> Values =>
        _parameters.ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);

    /// <param name="variable">The captured variable, if it is one.</param>
    /// <param name="value">Lies in <paramref name="range"/>.</param>
    /// <param name="range">What the program may rely on.</param>
    public Parameter Add(string? variable, BigInteger value, Interval range)
    {
        FieldType type = range.IsWithin(Interval.Signed64) ? FieldType.Int64 : FieldType.UInt64;
        Parameter parameter = new(NameFor(variable), type, range);
        _parameters.Add((parameter.Name, (Int128)value));
        return parameter;
    }

    /// <param name="variable">The captured variable, if it is one.</param>
    /// <param name="text">Without zeros.</param>
    public TextParameter Add(string? variable, ReadOnlySpan<byte> text)
    {
        uint capacity = BitOperations.RoundUpToPowerOf2(uint.Max((uint)text.Length, LeastCapacity));
        TextParameter parameter = new(NameFor(variable), checked((int)capacity));
        _parameters.Add((parameter.Name, ParameterValue.Of(text)));
        return parameter;
    }

    private string NameFor(string? variable)
    {
        // What C# allows and C doesn't, and the compiler's own names, would make the object unreadable to other tools.
        bool isUsable = variable is not null && variable.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') && !ResultNames.IsNumbered(variable);
        string stem = isUsable ? variable! : Nameless;
        string name = stem;
        for (int number = 2; !_taken.Add(name); number++)
        {
            name = $"{stem}_{number}";
        }

        return name;
    }
}
