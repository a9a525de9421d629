using Google.Protobuf;
using NearData.Contracts.V1;
using Int128 = System.Int128;

namespace NearData.Client;

/// <summary>What a program's parameter is given: a whole number, a double or text. Immutable.</summary>
public readonly record struct ParameterValue
{
    private readonly Int128 _integer;
    private readonly double? _number;
    private readonly ByteString? _text;

    private ParameterValue(Int128 integer, double? number, ByteString? text) => (_integer, _number, _text) = (integer, number, text);

    /// <summary>A whole number, also a date as days since 1970-01-01.</summary>
    public static implicit operator ParameterValue(Int128 integer) => new(integer, null, null);

    /// <summary>A whole number, also a date as days since 1970-01-01.</summary>
    public static implicit operator ParameterValue(long integer) => new(integer, null, null);

    /// <summary>A number of floating point.</summary>
    public static implicit operator ParameterValue(double number) => new(0, number, null);

    /// <summary>Text, as UTF-8.</summary>
    public static implicit operator ParameterValue(string text) => new(0, null, ByteString.CopyFromUtf8(text));

    /// <summary>Any bytes, for a parameter of text.</summary>
    public static ParameterValue Of(ReadOnlySpan<byte> bytes) => new(0, null, ByteString.CopyFrom(bytes));

    /// <param name="name">Whose value it is.</param>
    /// <param name="field">What the program says of that; null where it has no such parameter, which the node judges.</param>
    /// <exception cref="ArgumentException">It has more than 64 bits.</exception>
    internal Parameter ToMessage(string name, Field? field)
    {
        if (_text is not null)
        {
            return new Parameter { Name = name, Text = _text };
        }

        if (_number is { } number)
        {
            return new Parameter { Name = name, Number = number };
        }

        bool signed = field is { Kind: Field.Types.Kind.Integer } ? field.Signed : _integer < 0;
        bool fits = signed ? _integer >= long.MinValue && _integer <= long.MaxValue : _integer >= 0 && _integer <= ulong.MaxValue;
        if (!fits)
        {
            throw new ArgumentException($"Parameter '{name}' is a{(signed ? " signed" : "n unsigned")} integer that can't be {_integer}.");
        }

        return signed
            ? new Parameter { Name = name, Signed = (long)_integer }
            : new Parameter { Name = name, Unsigned = (ulong)_integer };
    }
}
