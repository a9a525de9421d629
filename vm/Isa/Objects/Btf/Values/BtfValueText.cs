using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NearData.Isa.Objects.Btf.Values;

/// <summary>Values as <c>bpftool map dump</c> prints them: plain, or as JSON.</summary>
public static class BtfValueText
{
    private const int Indentation = 4;

    /// <summary>
    /// JSON, as <c>bpftool -j</c> has it under <c>formatted</c>: bits are text in hexadecimal, an address is a number, and a character
    /// that can't be printed an escape.
    /// </summary>
    public static void WriteJson(BtfValue value, Utf8JsonWriter writer)
    {
        switch (value)
        {
            case BtfValue.Integer it:
                writer.WriteRawValue(it.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case BtfValue.Bits it:
                writer.WriteStringValue(Hex(it.Value));
                break;
            case BtfValue.Pointer it:
                writer.WriteNumberValue(it.Value);
                break;
            case BtfValue.Boolean it:
                writer.WriteBooleanValue(it.Value);
                break;
            case BtfValue.Real it when double.IsFinite(it.Value):
                writer.WriteNumberValue(it.Value);
                break;
            case BtfValue.Real it:
                writer.WriteStringValue(it.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case BtfValue.Character it:
                writer.WriteStringValue(((char)it.Value).ToString());
                break;
            case BtfValue.Text it:
                writer.WriteStringValue(it.Value);
                break;
            case BtfValue.Name it:
                writer.WriteStringValue(it.Value);
                break;
            case BtfValue.Fields it:
                WriteFields(it.Members, writer);
                break;
            case BtfValue.Elements it:
                writer.WriteStartArray();
                foreach (BtfValue item in it.Items)
                {
                    WriteJson(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>The same JSON as a value of its own.</summary>
    public static JsonElement ToJson(BtfValue value)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            WriteJson(value, writer);
        }

        return JsonDocument.Parse(bytes.WrittenMemory).RootElement.Clone();
    }

    /// <summary>The plain form, for people.</summary>
    public static string Of(BtfValue value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.ToString();
    }

    private static void WriteFields(ImmutableArray<(string Name, BtfValue Value)> members, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach ((string name, BtfValue member) in members)
        {
            writer.WritePropertyName(name);
            WriteJson(member, writer);
        }

        writer.WriteEndObject();
    }

    private static void Append(StringBuilder text, BtfValue value, int depth)
    {
        switch (value)
        {
            case BtfValue.Fields { Members.IsEmpty: false } it:
                Append(text, '{', '}', it.Members.Length, depth, i =>
                {
                    text.Append(CultureInfo.InvariantCulture, $"{Quoted(it.Members[i].Name)}: ");
                    Append(text, it.Members[i].Value, depth + 1);
                });
                break;
            case BtfValue.Elements { Items: [BtfValue.Fields or BtfValue.Elements, ..] } it:
                Append(text, '[', ']', it.Items.Length, depth, i => Append(text, it.Items[i], depth + 1));
                break;
            case BtfValue.Elements it:
                text.Append('[').AppendJoin(", ", it.Items.Select(Scalar)).Append(']');
                break;
            default:
                text.Append(Scalar(value));
                break;
        }
    }

    private static void Append(StringBuilder text, char open, char close, int count, int depth, Action<int> part)
    {
        text.Append(open);
        for (int i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "\n" : ",\n").Append(' ', (depth + 1) * Indentation);
            part(i);
        }

        text.Append('\n').Append(' ', depth * Indentation).Append(close);
    }

    private static string Scalar(BtfValue value) => value switch
    {
        BtfValue.Integer it => it.Value.ToString(CultureInfo.InvariantCulture),
        BtfValue.Bits it => Hex(it.Value),
        BtfValue.Pointer it => it.Value == 0 ? "(nil)" : $"0x{it.Value:x}",
        BtfValue.Boolean it => it.Value ? "true" : "false",
        BtfValue.Real it => it.Value.ToString(CultureInfo.InvariantCulture),
        BtfValue.Character it => it.IsPrintable ? Quoted(((char)it.Value).ToString()) : $"0x{it.Value:x}",
        BtfValue.Text it => Quoted(it.Value),
        BtfValue.Name it => Quoted(it.Value),
        BtfValue.Fields => "{}",
        _ => "null",
    };

    private static string Hex(UInt128 value) => $"0x{value:x}";

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
