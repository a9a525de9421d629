using System.Collections.Immutable;

namespace NearData.Isa.Objects.Btf.Values;

/// <summary>Bytes as their type means them.</summary>
public abstract record BtfValue
{
    private BtfValue()
    {
    }

    /// <summary>An integer, or a value of an enumeration that has no name for it.</summary>
    public sealed record Integer(Int128 Value) : BtfValue;

    /// <summary>A bit field or an integer of 128 bits, as the bits that it is.</summary>
    public sealed record Bits(UInt128 Value) : BtfValue;

    /// <summary>An address.</summary>
    public sealed record Pointer(ulong Value) : BtfValue;

    /// <summary>A truth value.</summary>
    public sealed record Boolean(bool Value) : BtfValue;

    /// <summary>A floating-point number.</summary>
    public sealed record Real(double Value) : BtfValue;

    /// <summary>A character; one that can't be printed is its number.</summary>
    public sealed record Character(byte Value) : BtfValue
    {
        public bool IsPrintable => Value is >= 0x20 and < 0x7f;
    }

    /// <summary>Printable characters up to a zero.</summary>
    public sealed record Text(string Value) : BtfValue;

    /// <summary>The name of a value of an enumeration.</summary>
    public sealed record Name(string Value) : BtfValue;

    /// <summary>A struct, a union or a section of variables, in the source's order. Members without a name have the empty one.</summary>
    public sealed record Fields(ImmutableArray<(string Name, BtfValue Value)> Members) : BtfValue;

    /// <summary>An array.</summary>
    public sealed record Elements(ImmutableArray<BtfValue> Items) : BtfValue;

    /// <summary>What has no value: a function, or a type that is only declared.</summary>
    public sealed record Nothing : BtfValue;

    /// <summary>As <c>bpftool map dump</c> prints it, on lines of their own where it has parts.</summary>
    public sealed override string ToString() => BtfValueText.Of(this);
}
