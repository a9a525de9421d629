using System.Text.Json;

namespace NearData.Formats.Schemas;

/// <summary>Finds out what NDJSON's columns are, from a file's head.</summary>
internal sealed class JsonGuess
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = TextLimits.JsonDepth };

    private readonly string _file;
    private readonly Node _root = new("");
    private int _records;
    private int _columns;

    private JsonGuess(string file) => _file = file;

    /// <exception cref="TextFormatException">It can't be told.</exception>
    public static SchemaGuess Of(string file, ReadOnlySpan<byte> head, int start, TextEnd end, SchemaFile? given)
    {
        JsonGuess guess = new(file);
        while (start < head.Length)
        {
            int length = head[start..].IndexOf((byte)'\n');
            if (length < 0 && end == TextEnd.Open)
            {
                break;
            }

            length = length < 0 ? head.Length - start : length;
            if (head.Slice(start, length).IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                guess.ReadLine(head.Slice(start, length), new TextPlace(start, head[..start].Count((byte)'\n') + 1));
            }

            start += length + 1;
        }

        if (guess._records == 0 && end == TextEnd.Open)
        {
            throw new TextFormatException(file, new TextPlace(0, 1), $"The first record doesn't end within {TextLimits.SampleLength} bytes.");
        }

        return guess.Finish(given);
    }

    private SchemaGuess Finish(SchemaFile? given)
    {
        List<ColumnGuess> found = [];
        Collect(_root, "", _records, found);
        if (given?.Columns is not { } columns)
        {
            return found.Count > 0
                ? new SchemaGuess(_file, [.. found], dialect: null, given: null)
                : throw new TextFormatException(_file, new TextPlace(0, 1), $"There is no object with a member in it; {SchemaFile.Advice}.");
        }

        Dictionary<string, TypeGuess> byName = found.ToDictionary(column => column.Name, column => column.Guess, StringComparer.Ordinal);
        return new SchemaGuess(
            _file,
            [.. columns.Select(column => new ColumnGuess(column.Name, byName.GetValueOrDefault(column.Name, TypeGuess.Null)))],
            dialect: null,
            columns);
    }

    // What is an object wherever it is there is its members; what is something else too is text.
    private static void Collect(Node node, string prefix, int records, List<ColumnGuess> found)
    {
        foreach (Node child in node.Children.Values)
        {
            string path = prefix + child.Name;
            if (child.Objects > 0 && !child.IsValue)
            {
                Collect(child, path + ".", records, found);
            }
            else
            {
                found.Add(new ColumnGuess(path, child.Guess | (child.Objects > 0 ? TypeGuess.Text : default) | (child.Records < records ? TypeGuess.Null : default)));
            }
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line, TextPlace place)
    {
        Utf8JsonReader reader = new(line, Options);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new TextFormatException(_file, place, $"The line is {TextFormatException.Shown(line)}, and no object.");
            }

            _records++;
            ReadObject(ref reader, _root);
            reader.Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            long at = (error as JsonException)?.BytePositionInLine ?? reader.TokenStartIndex;
            throw new TextFormatException(_file, place with { Offset = place.Offset + at }, $"The line is no JSON: {error.Message}", error);
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, Node node)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            // A path of names with dots in them could be that of another.
            if (name.Length == 0 || name.Contains('.', StringComparison.Ordinal))
            {
                reader.Skip();
                continue;
            }

            ReadValue(ref reader, ChildOf(node, name));
        }
    }

    private Node ChildOf(Node node, string name)
    {
        if (node.Children.TryGetValue(name, out Node? child))
        {
            return child;
        }

        if (++_columns > TextLimits.Columns)
        {
            throw new TextFormatException(_file, new TextPlace(0, _records), $"The objects have more than {TextLimits.Columns} members; {SchemaFile.Advice}.");
        }

        return node.Children[name] = new Node(name);
    }

    private void ReadValue(ref Utf8JsonReader reader, Node node)
    {
        if (node.LastRecord != _records)
        {
            node.LastRecord = _records;
            node.Records++;
        }

        if (reader.TokenType == JsonTokenType.StartObject)
        {
            node.Objects++;
            ReadObject(ref reader, node);
            return;
        }

        node.IsValue |= reader.TokenType != JsonTokenType.Null;
        node.Guess |= reader.TokenType switch
        {
            JsonTokenType.Null => TypeGuess.Null,
            JsonTokenType.True or JsonTokenType.False => TypeGuess.Bool,
            JsonTokenType.Number => TypeGuess.OfNumber(reader.ValueSpan),
            JsonTokenType.String when !reader.ValueIsEscaped => TypeGuess.OfString(reader.ValueSpan),
            _ => TypeGuess.Text,
        };
        reader.Skip();
    }

    private sealed class Node(string name)
    {
        public string Name { get; } = name;

        // Keeps the order in which they came, as nothing is taken out.
        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        public TypeGuess Guess { get; set; }

        public int Objects { get; set; }

        /// <summary>Whether it is something that is no object, null aside.</summary>
        public bool IsValue { get; set; }

        /// <summary>In how many records it is.</summary>
        public int Records { get; set; }

        public int LastRecord { get; set; }
    }
}
