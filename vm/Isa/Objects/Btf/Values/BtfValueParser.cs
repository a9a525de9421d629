using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NearData.Isa.Objects.Btf.Values;

/// <summary>
/// Makes bytes of JSON by their type: what <see cref="BtfValueText.WriteJson"/> prints is read back as the same bytes. Members that
/// aren't given are zero; numbers may be text, in decimal or as <c>0x2a</c>, since JSON's readers lose long ones. Thread-safe.
/// </summary>
public sealed class BtfValueParser(BtfTypes types)
{
    /// <summary>The bytes of a value.</summary>
    /// <param name="type">The type's number.</param>
    /// <param name="json">The value.</param>
    /// <exception cref="BtfValueException">It is none of this type.</exception>
    /// <exception cref="ObjectFormatException">The type has no size, or contains itself.</exception>
    public byte[] Parse(int type, JsonElement json)
    {
        byte[] bytes = new byte[SizeOf(type, "")];
        Write(new Target(type, "", BtfTypes.MaxDepth), json, bytes);
        return bytes;
    }

    private void Write(Target target, JsonElement json, Span<byte> place)
    {
        if (target.Depth == 0)
        {
            throw Refuse(target, "The type contains itself.");
        }

        switch (types.Resolve(target.Type).Type)
        {
            case BtfInt it:
                WriteInt(target, it, json, place[..it.Size]);
                break;
            case BtfFloat { Size: sizeof(float) }:
                BinaryPrimitives.WriteSingleLittleEndian(place, (float)Real(target, json));
                break;
            case BtfFloat { Size: sizeof(double) }:
                BinaryPrimitives.WriteDoubleLittleEndian(place, Real(target, json));
                break;
            case BtfFloat it:
                BtfBits.Write(place, 0, it.Size * 8, Number(target, json, it.Size * 8));
                break;
            case BtfPointer:
                BtfBits.Write(place, 0, 64, Number(target, json, 64));
                break;
            case BtfEnum it:
                WriteEnum(target, it, json, place);
                break;
            case BtfArray it:
                WriteArray(target, it, json, place);
                break;
            case BtfComposite it:
                WriteComposite(target, it, json, place[..(int)it.Size]);
                break;
            default:
                throw Refuse(target, $"A {types.Describe(target.Type)} can't be given.");
        }
    }

    private static void WriteInt(Target target, BtfInt type, JsonElement json, Span<byte> place)
    {
        UInt128 bits = json.ValueKind switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            JsonValueKind.String when type.Size == 1 && json.GetString() is [<= '\xff' and var letter] && (IsCharacter(type) || !char.IsAsciiDigit(letter)) => letter,
            _ => Number(target, json, type.Bits),
        };
        BtfBits.Write(place, type.FirstBit, type.Bits, bits);
    }

    private static bool IsCharacter(BtfInt type) => type.Encoding.HasFlag(BtfIntEncoding.Character);

    private static void WriteEnum(Target target, BtfEnum type, JsonElement json, Span<byte> place)
    {
        string? name = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        BtfEnumerator? named = type.Values.FirstOrDefault(value => value.Name == name);
        if (named is null && name is not null && !TryNumber(name, out _))
        {
            throw Refuse(target, $"'{name}' is none of enum {type.Name}; it has {string.Join(", ", type.Values.Select(value => value.Name))}.");
        }

        BtfBits.Write(place, 0, type.Size * 8, named is null ? Number(target, json, type.Size * 8) : unchecked((UInt128)named.Value));
    }

    private void WriteArray(Target target, BtfArray type, JsonElement json, Span<byte> place)
    {
        int size = SizeOf(type.Element, target.Path);
        if (json.ValueKind == JsonValueKind.String && size == 1)
        {
            byte[] text = Encoding.UTF8.GetBytes(json.GetString()!);
            if (text.Length > type.Count)
            {
                throw Refuse(target, $"'{json.GetString()}' has {text.Length} bytes; there is room for {type.Count}.");
            }

            text.CopyTo(place);
            return;
        }

        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() != type.Count)
        {
            throw Refuse(target, $"{Shown(json)} isn't {type.Count} elements in brackets.");
        }

        int index = 0;
        foreach (JsonElement item in json.EnumerateArray())
        {
            Write(target.Inside(type.Element, $"[{index}]"), item, place.Slice(index * size, size));
            index++;
        }
    }

    private void WriteComposite(Target target, BtfComposite type, JsonElement json, Span<byte> place)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Refuse(target, $"{Shown(json)} isn't members in braces, as {types.Describe(target.Type)} has them.");
        }

        int unnamed = 0;
        foreach (JsonProperty property in json.EnumerateObject())
        {
            // Structs without a name are printed one after another, each under the empty name.
            BtfMember? member = property.Name.Length == 0
                ? type.Members.Where(it => it.Name.Length == 0).ElementAtOrDefault(unnamed++)
                : type.Members.FirstOrDefault(it => it.Name == property.Name);
            if (member is null)
            {
                throw Refuse(
                    target, $"{types.Describe(target.Type)} has no member '{property.Name}'; it has {string.Join(", ", type.Members.Select(it => it.Name))}.");
            }

            WriteMember(target.Inside(member.Type, $".{member.Name}"), member, property.Value, place);
        }
    }

    private void WriteMember(Target target, BtfMember member, JsonElement json, Span<byte> place)
    {
        int start = (int)(member.BitOffset / 8);
        int firstBit = (int)(member.BitOffset % 8);
        long bits = member.BitfieldBits == 0 ? SizeOf(member.Type, target.Path) * 8L : member.BitfieldBits;
        if (start > place.Length || firstBit + bits > (place.Length - start) * 8L || (member.BitfieldBits == 0 && firstBit != 0))
        {
            throw Refuse(target, $"The member lies outside the {place.Length} bytes of its struct.");
        }

        if (member.BitfieldBits == 0)
        {
            Write(target, json, place[start..]);
        }
        else
        {
            BtfBits.Write(place[start..], firstBit, member.BitfieldBits, Number(target, json, member.BitfieldBits));
        }
    }

    private static double Real(Target target, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.String when double.TryParse(json.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) => value,
        _ => throw Refuse(target, $"{Shown(json)} is no number."),
    };

    /// <summary>A whole number that has so many bits, with or without a sign, as these bits.</summary>
    private static UInt128 Number(Target target, JsonElement json, int bits)
    {
        string? text = json.ValueKind switch
        {
            JsonValueKind.Number => json.GetRawText(),
            JsonValueKind.String => json.GetString(),
            _ => null,
        };
        if (text is null || !TryNumber(text, out (UInt128 Magnitude, bool IsNegative) number))
        {
            throw Refuse(target, $"{Shown(json)} is no whole number.");
        }

        UInt128 mask = bits >= 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1;
        UInt128 most = number.IsNegative ? UInt128.One << (bits - 1) : mask;
        return number.Magnitude <= most
            ? (number.IsNegative ? unchecked(0 - number.Magnitude) : number.Magnitude) & mask
            : throw Refuse(target, $"{Shown(json)} has more than {bits} bits.");
    }

    private static bool TryNumber(string text, out (UInt128 Magnitude, bool IsNegative) number)
    {
        bool isNegative = text.StartsWith('-');
        ReadOnlySpan<char> digits = text.AsSpan(isNegative ? 1 : 0);
        bool isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isNumber = UInt128.TryParse(
            isHex ? digits[2..] : digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 magnitude);
        number = (magnitude, isNegative);
        return isNumber;
    }

    private int SizeOf(int type, string path) => types.SizeOf(type) is long size and <= int.MaxValue
        ? (int)size
        : throw new BtfValueException(path, $"A {types.Describe(type)} has no size, and can't be given.");

    private static string Shown(JsonElement json)
    {
        const int Longest = 40;
        string text = json.GetRawText();
        return text.Length <= Longest ? text : $"{text[..Longest]}…";
    }

    private static BtfValueException Refuse(Target target, string message) => new(target.Path, message);

    /// <summary>What is written: a type, where it is in the whole, and how much deeper it may go.</summary>
    private readonly record struct Target(int Type, string Path, int Depth)
    {
        public Target Inside(int type, string step) => new(type, Path + step, Depth - 1);
    }
}
