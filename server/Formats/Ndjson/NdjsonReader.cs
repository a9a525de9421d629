using System.Text.Json;

namespace NearData.Formats.Ndjson;

/// <summary>
/// Records of NDJSON: one object in each line, blank lines between them or not. Of a name that comes twice in an object the last value
/// counts. What isn't asked for is held against JSON's grammar all the same (RFC 8259). Lines are read by their structure
/// (<see cref="StructuralLine"/>); what that leaves, wrong lines above all, is read by the base library's tokens, which say what is wrong.
/// </summary>
internal sealed class NdjsonReader : RecordReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = TextLimits.JsonDepth };

    private readonly int[] _slots;
    private readonly PathNode _names;
    private readonly RecordFields _fields;
    private readonly LineScanner _scanner = new();

    public NdjsonReader(string file, TextSchema schema, IEnumerable<int> columns)
        : base(file, schema)
    {
        int[] wanted = [.. columns.Distinct()];
        _slots = new int[schema.Columns.Length];
        for (int slot = 0; slot < wanted.Length; slot++)
        {
            _slots[wanted[slot]] = slot;
        }

        _names = PathNode.Of([.. wanted.Select(column => schema.Columns[column].Name)]);
        _fields = new RecordFields(wanted.Length);
    }

    public override int Next(int most)
    {
        Count = 0;
        ReadOnlySpan<byte> bytes = Bytes.Span;
        while (Count < Math.Min(most, MostRecords) && NextStart < bytes.Length)
        {
            _scanner.Scan(bytes, NextStart);
            if (!_scanner.HasNewline && End == TextEnd.Open)
            {
                break;
            }

            int length = _scanner.End - NextStart;
            if (length > TextLimits.RecordLength)
            {
                throw Wrong(NextStart, $"The record that starts here has {length} bytes, more than {TextLimits.RecordLength}.");
            }

            ReadOnlySpan<byte> line = bytes.Slice(NextStart, length);
            if (line.IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                _fields.Begin(Count, NextStart);
                if (!StructuralLine.TryRead(bytes, NextStart, _scanner, _names, _fields))
                {
                    ReadTokens(line);
                }

                Count++;
            }

            NextStart = Math.Min(NextStart + length + 1, bytes.Length);
        }

        return Count;
    }

    private protected override void Restart()
    {
    }

    private protected override void Find(int column, ReadOnlySpan<int> rows, Span<FieldPlace> places)
    {
        ReadOnlySpan<FieldPlace> fields = _fields.Of(_slots[column]);
        for (int i = 0; i < rows.Length; i++)
        {
            places[i] = fields[rows[i]];
        }
    }

    private protected override int Unescape(ReadOnlySpan<byte> source, Span<byte> target) => JsonText.Unescape(source, target);

    private void ReadTokens(ReadOnlySpan<byte> line)
    {
        _fields.Begin(Count, NextStart);
        Utf8JsonReader reader = new(line, Options);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Wrong(NextStart, $"The line is {TextFormatException.Shown(line)}, and no object.");
            }

            ReadObject(ref reader, _names);
            // What follows the object is refused by this.
            reader.Read();
        }
        catch (JsonException error)
        {
            throw new TextFormatException(File, PlaceOf(NextStart + (int)(error.BytePositionInLine ?? 0)), $"The line is no JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            throw new TextFormatException(File, PlaceOf(NextStart + (int)reader.TokenStartIndex), $"The line is no JSON: {error.Message}", error);
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, PathNode names)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            PathNode? node = names.Find(ref reader);
            reader.Read();
            if (node is null)
            {
                reader.Skip();
            }
            else
            {
                ReadValue(ref reader, node);
            }
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, PathNode node)
    {
        _fields.Forget(node, NextStart);
        int start = (int)reader.TokenStartIndex;
        bool isObject = reader.TokenType == JsonTokenType.StartObject;
        FieldForm form = reader.TokenType switch
        {
            JsonTokenType.Null => FieldForm.Null,
            JsonTokenType.String => reader.ValueIsEscaped ? FieldForm.Escaped : FieldForm.Quoted,
            JsonTokenType.StartObject or JsonTokenType.StartArray => FieldForm.Nested,
            _ => FieldForm.Plain,
        };
        if (form is FieldForm.Quoted or FieldForm.Escaped)
        {
            start++;
        }

        int length = form == FieldForm.Null ? 0 : reader.ValueSpan.Length;
        if (isObject && node.HasChildren)
        {
            ReadObject(ref reader, node);
        }
        else
        {
            reader.Skip();
        }

        if (node.Slot >= 0)
        {
            length = form == FieldForm.Nested ? (int)reader.BytesConsumed - start : length;
            _fields.Set(node.Slot, new FieldPlace(NextStart + start, length, form));
        }

        if (node.HasChildren && !isObject && form != FieldForm.Null)
        {
            throw Wrong(NextStart + start, $"There is a value where columns lie within an object; {SchemaFile.Advice}.");
        }
    }
}
