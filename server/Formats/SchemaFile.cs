using System.Collections.Immutable;
using System.Text.Json;

namespace NearData.Formats;

/// <summary>
/// What a file beside the dataset NAME says about it, <c>NAME.schema.json</c>: it wins over what the data looks like. All of its members may be left out:
/// <code>{ "columns": [ { "name": "price", "type": "DECIMAL(15,2)", "nullable": false } ], "delimiter": "|", "quote": "", "header": false, "null": "\\N" }</code>
/// </summary>
public sealed record SchemaFile
{
    /// <summary>What its name ends with.</summary>
    public const string Suffix = ".schema.json";

    /// <summary>Of CSV all of them, in the file's order; null where they are inferred.</summary>
    public ImmutableArray<GivenColumn>? Columns { get; private init; }

    /// <summary>Null where it is found out.</summary>
    public byte? Delimiter { get; private init; }

    /// <summary>0 where quotes mean nothing; null for the usual.</summary>
    public byte? Quote { get; private init; }

    /// <summary>Null where it is found out.</summary>
    public CsvHeader? Header { get; private init; }

    /// <summary>Null for the usual.</summary>
    public string? NullText { get; private init; }

    /// <summary>Reads one.</summary>
    /// <param name="file">Its name in messages.</param>
    /// <param name="json">All of it.</param>
    /// <exception cref="TextFormatException">It isn't what is described here.</exception>
    public static SchemaFile Parse(string file, ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(file, document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter where a text isn't UTF-8.
            throw new TextFormatException(file, new TextPlace(0, ((error as JsonException)?.LineNumber ?? 0) + 1), $"The schema is no JSON: {error.Message}", error);
        }
    }

    /// <summary>What an error tells the data's owner to do.</summary>
    internal const string Advice = $"NAME{Suffix} beside the dataset NAME can say what its columns are";

    private static SchemaFile Read(string file, JsonElement root)
    {
        SchemaFile schema = new();
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(file, $"The schema is {root.ValueKind}, and no object.");
        }

        foreach (JsonProperty member in root.EnumerateObject())
        {
            schema = member.Name switch
            {
                "columns" => schema with { Columns = ReadColumns(file, member.Value) },
                "delimiter" => schema with { Delimiter = ReadByte(file, member) ?? throw Wrong(file, "\"delimiter\" is empty.") },
                "quote" => schema with { Quote = ReadByte(file, member) ?? 0 },
                "header" => schema with { Header = ReadBool(file, member.Name, member.Value) ? CsvHeader.Names : CsvHeader.None },
                "null" => schema with { NullText = ReadString(file, member.Name, member.Value) },
                _ => throw Wrong(file, $"There is no member \"{member.Name}\": columns, delimiter, quote, header and null are known."),
            };
        }

        return schema.Delimiter is { } delimiter && delimiter == schema.Quote ? throw Wrong(file, "\"delimiter\" and \"quote\" are the same.") : schema;
    }

    private static ImmutableArray<GivenColumn> ReadColumns(string file, JsonElement columns)
    {
        if (columns.ValueKind != JsonValueKind.Array || columns.GetArrayLength() is 0 or > TextLimits.Columns)
        {
            throw Wrong(file, $"\"columns\" is no list of 1 to {TextLimits.Columns} columns.");
        }

        ImmutableArray<GivenColumn> read = [.. columns.EnumerateArray().Select(column => ReadColumn(file, column))];
        string? twice = read.GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? read : throw Wrong(file, $"Two columns are called \"{twice}\".");
    }

    private static GivenColumn ReadColumn(string file, JsonElement column)
    {
        if (column.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(file, $"A column is {column.ValueKind}, and no object with a name and a type.");
        }

        string? name = null;
        TextType? type = null;
        Nullability? nullability = null;
        foreach (JsonProperty member in column.EnumerateObject())
        {
            switch (member.Name)
            {
                case "name":
                    name = ReadString(file, member.Name, member.Value);
                    break;
                case "type":
                    string text = ReadString(file, member.Name, member.Value);
                    type = TextType.TryParse(text, out TextType known) ? known : throw Wrong(file, $"Column \"{name}\" has a type that isn't known: {text}.");
                    break;
                case "nullable":
                    nullability = ReadBool(file, member.Name, member.Value) ? Nullability.Nullable : Nullability.None;
                    break;
                default:
                    throw Wrong(file, $"A column has a member \"{member.Name}\": name, type and nullable are known.");
            }
        }

        return name is { Length: > 0 } && type is { } given
            ? new GivenColumn(name, given, nullability)
            : throw Wrong(file, $"Column \"{name}\" lacks a name or a type.");
    }

    private static byte? ReadByte(string file, JsonProperty member)
    {
        string text = ReadString(file, member.Name, member.Value);
        return text.Length == 0 ? null
            : text.Length == 1 && text[0] is > '\0' and < '\u0080' and not ('\n' or '\r') ? (byte)text[0]
            : throw Wrong(file, $"\"{member.Name}\" is no single ASCII character.");
    }

    private static string ReadString(string file, string name, JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw Wrong(file, $"\"{name}\" is {value.ValueKind}, and no text.");

    private static bool ReadBool(string file, string name, JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.ValueKind == JsonValueKind.True
        : throw Wrong(file, $"\"{name}\" is {value.ValueKind}, and neither true nor false.");

    private static TextFormatException Wrong(string file, string message) => new(file, default, message);
}

/// <summary>A column as a schema file gives it.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Type">Its values' type.</param>
/// <param name="Nullability">Null where the data's head decides.</param>
public sealed record GivenColumn(string Name, TextType Type, Nullability? Nullability);
