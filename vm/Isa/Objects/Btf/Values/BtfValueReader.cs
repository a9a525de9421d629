using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace NearData.Isa.Objects.Btf.Values;

/// <summary>
/// Reads bytes by their type, as bpftool does: an array of <c>char</c> that holds printable text with a zero behind it is text, a bit
/// field is its bits, a value of an enumeration its name. Thread-safe.
/// </summary>
public sealed class BtfValueReader(BtfTypes types)
{
    /// <summary>
    /// Parts that a value may have for each of its bytes: unions, and elements without a size, could make any number of a few bytes.
    /// </summary>
    private const long MaxPartsOfByte = 16;

    private const long MinParts = 4096;

    /// <summary>The value of a type that some bytes begin with.</summary>
    /// <param name="type">The type's number.</param>
    /// <param name="bytes">At least as many as the type has.</param>
    /// <exception cref="ObjectFormatException">The type has no size, is larger than the bytes, or contains itself.</exception>
    public BtfValue Read(int type, ReadOnlySpan<byte> bytes)
    {
        long left = Math.Max(MinParts, bytes.Length * MaxPartsOfByte);
        return Read(type, bytes, BtfTypes.MaxDepth, ref left);
    }

    private BtfValue Read(int type, ReadOnlySpan<byte> bytes, int depth, ref long left)
    {
        if (depth == 0 || --left < 0)
        {
            throw Fault($"Type {type} ('{types.Describe(type)}') contains itself, or has more parts than a value of its size.");
        }

        BtfResolved resolved = types.Resolve(type);
        switch (resolved.Type)
        {
            case BtfInt it:
                return ReadInt(it, Take(type, bytes, it.Size));
            case BtfFloat { Size: sizeof(float) }:
                return new BtfValue.Real(BinaryPrimitives.ReadSingleLittleEndian(Take(type, bytes, sizeof(float))));
            case BtfFloat { Size: sizeof(double) }:
                return new BtfValue.Real(BinaryPrimitives.ReadDoubleLittleEndian(Take(type, bytes, sizeof(double))));
            case BtfFloat it:
                return new BtfValue.Bits(Unsigned(Take(type, bytes, it.Size)));
            case BtfPointer:
                return new BtfValue.Pointer(BinaryPrimitives.ReadUInt64LittleEndian(Take(type, bytes, sizeof(ulong))));
            case BtfEnum it:
                return ReadEnum(it, Take(type, bytes, it.Size));
            case BtfArray it:
                return ReadArray(resolved.Number, it, bytes, depth, ref left);
            case BtfComposite it:
                return ReadComposite(it, Take(type, bytes, it.Size), depth, ref left);
            case BtfVariable it:
                return new BtfValue.Fields([(it.Name, Read(it.Type, bytes, depth - 1, ref left))]);
            case BtfDataSection it:
                return ReadSection(it, bytes, depth, ref left);
            default:
                return new BtfValue.Nothing();
        }
    }

    private static BtfValue ReadInt(BtfInt type, ReadOnlySpan<byte> bytes)
    {
        if (type.FirstBit != 0 || type.Bits % 8 != 0 || type.Bits > 64)
        {
            return new BtfValue.Bits(Slice(Unsigned(bytes), type.FirstBit, type.Bits));
        }

        UInt128 value = Slice(Unsigned(bytes), 0, type.Bits);
        return type.Encoding.HasFlag(BtfIntEncoding.Boolean) ? new BtfValue.Boolean(value != 0)
            : type.Encoding.HasFlag(BtfIntEncoding.Character) ? new BtfValue.Character((byte)value)
            : type.Encoding.HasFlag(BtfIntEncoding.Signed) ? new BtfValue.Integer(Signed(value, type.Bits))
            : new BtfValue.Integer((Int128)value);
    }

    private static BtfValue ReadEnum(BtfEnum type, ReadOnlySpan<byte> bytes)
    {
        // Values are compared as the bytes that they have: how the compiler saw their sign doesn't matter then.
        UInt128 mask = (UInt128.One << (type.Size * 8)) - 1;
        UInt128 value = Unsigned(bytes);
        foreach (BtfEnumerator enumerator in type.Values)
        {
            if ((unchecked((UInt128)enumerator.Value) & mask) == value)
            {
                return new BtfValue.Name(enumerator.Name);
            }
        }

        return new BtfValue.Integer(Signed(value, type.Size * 8));
    }

    private BtfValue ReadArray(int number, BtfArray type, ReadOnlySpan<byte> bytes, int depth, ref long left)
    {
        long size = types.SizeOf(type.Element) ?? throw Fault($"'{types.Describe(number)}' is an array of what has no size.");
        bytes = Take(number, bytes, size * type.Count);
        if (IsText(type, bytes))
        {
            return new BtfValue.Text(Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)0)]));
        }

        var items = ImmutableArray.CreateBuilder<BtfValue>();
        for (long i = 0; i < type.Count; i++)
        {
            items.Add(Read(type.Element, bytes.Slice((int)(i * size), (int)size), depth - 1, ref left));
        }

        return new BtfValue.Elements(items.ToImmutable());
    }

    /// <summary>As bpftool decides it: <c>char</c> itself, not a type defined as it, and printable up to a zero.</summary>
    private bool IsText(BtfArray type, ReadOnlySpan<byte> bytes)
    {
        int element = type.Element;
        for (int depth = 0; depth < BtfTypes.MaxDepth && types[element] is BtfModifier { Kind: not BtfModifierKind.Typedef } modifier; depth++)
        {
            element = modifier.Target;
        }

        if (types[element] is not BtfInt { Size: 1 } letter || (letter.Name != "char" && !letter.Encoding.HasFlag(BtfIntEncoding.Character)))
        {
            return false;
        }

        int end = bytes.IndexOf((byte)0);
        return end >= 0 && !bytes[..end].ContainsAnyExceptInRange((byte)0x20, (byte)0x7e);
    }

    private BtfValue.Fields ReadComposite(BtfComposite type, ReadOnlySpan<byte> bytes, int depth, ref long left)
    {
        var members = ImmutableArray.CreateBuilder<(string, BtfValue)>(type.Members.Length);
        foreach (BtfMember member in type.Members)
        {
            int start = (int)(member.BitOffset / 8);
            int firstBit = (int)(member.BitOffset % 8);
            int bits = member.BitfieldBits;
            if (start > bytes.Length || firstBit + bits > (bytes.Length - start) * 8L || (bits == 0 && firstBit != 0))
            {
                throw Fault($"Member '{member.Name}' of '{type.Name}' lies outside the {bytes.Length} bytes of its struct.");
            }

            members.Add((member.Name, bits == 0
                ? Read(member.Type, bytes[start..], depth - 1, ref left)
                : new BtfValue.Bits(Slice(Unsigned(bytes.Slice(start, Math.Min(bytes.Length - start, 16))), firstBit, bits))));
            left--;
        }

        return new BtfValue.Fields(members.ToImmutable());
    }

    private BtfValue.Fields ReadSection(BtfDataSection type, ReadOnlySpan<byte> bytes, int depth, ref long left)
    {
        var variables = ImmutableArray.CreateBuilder<BtfValue>(type.Variables.Length);
        foreach (BtfPlacement placement in type.Variables)
        {
            if (placement.Offset > bytes.Length)
            {
                throw Fault($"Variable '{types[placement.Variable].Name}' lies outside the {bytes.Length} bytes of {type.Name}.");
            }

            variables.Add(Read(placement.Variable, bytes[(int)placement.Offset..], depth - 1, ref left));
        }

        return new BtfValue.Fields([(type.Name, new BtfValue.Elements(variables.ToImmutable()))]);
    }

    private ReadOnlySpan<byte> Take(int type, ReadOnlySpan<byte> bytes, long size) => size <= bytes.Length
        ? bytes[..(int)size]
        : throw Fault($"Type {type} ('{types.Describe(type)}') has {size} bytes; there are {bytes.Length}.");

    /// <summary>Up to 16 little-endian bytes.</summary>
    private static UInt128 Unsigned(ReadOnlySpan<byte> bytes)
    {
        UInt128 value = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private static UInt128 Slice(UInt128 value, int firstBit, int bits) =>
        bits >= 128 ? value : (value >> firstBit) & ((UInt128.One << bits) - 1);

    private static Int128 Signed(UInt128 value, int bits) => (Int128)(value << (128 - bits)) >> (128 - bits);

    private static ObjectFormatException Fault(string message) => new($"{BtfTypes.SectionName} types", 0, message);
}
