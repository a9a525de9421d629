using System.Numerics;
using System.Text.Unicode;
using NearData.Formats.Values;

namespace NearData.Formats;

/// <summary>Whether the bytes that a reader is given are the last ones of what it reads.</summary>
public enum TextEnd
{
    /// <summary>More follow: a record that doesn't end here is left for later.</summary>
    Open,

    /// <summary>The last record ends here, with a newline or without.</summary>
    Closed,
}

/// <summary>
/// Reads records out of text: a batch of them is found first, then each column is parsed that is asked for, for all of the batch's rows or
/// for some. What isn't asked for is only looked at for where it ends. One thread.
/// </summary>
public abstract class RecordReader
{
    /// <summary>The most records of a batch.</summary>
    public const int MostRecords = 4096;

    internal static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static readonly int[] AllRows = [.. Enumerable.Range(0, MostRecords)];

    private FieldPlace[] _places = [];
    private byte[] _unescaped = [];
    private TextPlace _start;
    private int _first;

    private protected RecordReader(string file, TextSchema schema)
    {
        File = file;
        Schema = schema;
    }

    public TextSchema Schema { get; }

    /// <summary>The batch's records.</summary>
    public int Count { get; private protected set; }

    /// <summary>Bytes up to the end of the batch.</summary>
    public int Consumed => NextStart == _first ? 0 : NextStart;

    /// <summary>Where the next record starts.</summary>
    private protected int NextStart { get; set; }

    /// <summary>The file's name in messages.</summary>
    public string File { get; }

    private protected ReadOnlyMemory<byte> Bytes { get; private set; }

    private protected TextEnd End { get; private set; }

    private protected bool IsAtStart => _start.Offset == 0;

    /// <summary>A reader of a file.</summary>
    /// <param name="file">Its name in messages.</param>
    /// <param name="schema">What its text means.</param>
    /// <param name="columns">Those that will be asked for, as indices into the schema's.</param>
    public static RecordReader Create(string file, TextSchema schema, IEnumerable<int> columns) =>
        schema.Dialect is { } dialect ? new Csv.CsvReader(file, schema, dialect) : new Ndjson.NdjsonReader(file, schema, columns);

    /// <summary>Begins with bytes that start where a record does; they stay as they are until the next ones.</summary>
    /// <param name="bytes">Of a file's start, with its byte order mark and header.</param>
    /// <param name="start">Where they are.</param>
    /// <param name="end">Whether more follow.</param>
    public void Open(ReadOnlyMemory<byte> bytes, TextPlace start, TextEnd end)
    {
        _start = start;
        Bytes = bytes;
        End = end;
        Count = 0;
        _first = IsAtStart && bytes.Span.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        NextStart = _first;
        Restart();
    }

    /// <summary>Goes on to the next records.</summary>
    /// <param name="most">At most so many, and at most <see cref="MostRecords"/>.</param>
    /// <returns>How many; 0 when there is no whole one left.</returns>
    /// <exception cref="TextFormatException">They aren't records of the schema.</exception>
    public abstract int Next(int most);

    /// <summary>Parses a column of the batch.</summary>
    /// <typeparam name="T">A type that holds the column's values.</typeparam>
    /// <param name="column">Index in the schema.</param>
    /// <param name="values">One for each record; a null's is zero.</param>
    /// <param name="validity">1 or 0 for each record; empty where nulls can't be shown.</param>
    /// <exception cref="TextFormatException">A value isn't of the column's type, or null where nulls can't be shown.</exception>
    public void Read<T>(int column, Span<T> values, Span<byte> validity)
        where T : unmanaged, INumberBase<T> => Read(column, AllRows.AsSpan(0, Count), values, validity);

    /// <summary>As <see cref="Read{T}(int, Span{T}, Span{byte})"/>, of some rows; the others' values stay as they are.</summary>
    public void Read<T>(int column, ReadOnlySpan<int> rows, Span<T> values, Span<byte> validity)
        where T : unmanaged, INumberBase<T>
    {
        TextType type = Schema.Columns[column].Type;
        switch (type.Kind)
        {
            case TextKind.Bool:
                Parse<T, byte, BoolParser>(column, default, rows, values, validity);
                break;
            case TextKind.UInt64:
                Parse<T, ulong, UnsignedParser>(column, default, rows, values, validity);
                break;
            case TextKind.Decimal when type.Precision <= DecimalParser<long>.LongDigits:
                Parse<T, long, DecimalParser<long>>(column, new(type.Precision, type.Scale), rows, values, validity);
                break;
            case TextKind.Decimal:
                Parse<T, Int128, DecimalParser<Int128>>(column, new(type.Precision, type.Scale), rows, values, validity);
                break;
            case TextKind.Double:
                Parse<T, double, DoubleParser>(column, default, rows, values, validity);
                break;
            case TextKind.Date:
                Parse<T, int, DateParser>(column, default, rows, values, validity);
                break;
            case TextKind.Timestamp:
                Parse<T, long, TimestampParser>(column, default, rows, values, validity);
                break;
            case TextKind.Text:
                throw new ArgumentException($"Column '{Schema.Columns[column].Name}' is text, which has no numbers.", nameof(column));
            default:
                Parse<T, long, IntegerParser>(column, IntegerParser.Of(type.Kind), rows, values, validity);
                break;
        }
    }

    /// <summary>Reads a column of text.</summary>
    /// <param name="column">Index in the schema.</param>
    /// <param name="rows">The batch's rows that are wanted.</param>
    /// <param name="text">Gets their bytes, in place of what it had.</param>
    /// <param name="addresses">Of the rows that are wanted: where each one's bytes are, until the vector is filled again.</param>
    /// <param name="validity">As for numbers.</param>
    /// <exception cref="TextFormatException">A value isn't UTF-8, or null where nulls can't be shown.</exception>
    public void Locate(int column, ReadOnlySpan<int> rows, TextVector text, Span<TextAddress> addresses, Span<byte> validity)
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        Span<FieldPlace> places = Find(column, rows);
        text.Clear();
        for (int i = 0; i < rows.Length; i++)
        {
            FieldPlace place = places[i];
            Show(column, place, rows[i], validity);
            Span<byte> target = text.Reserve(place.Length);
            ReadOnlySpan<byte> source = bytes.Slice(place.Start, place.Length);
            int length = place.Length;
            if (place.Form == FieldForm.Escaped)
            {
                length = Unescape(source, target);
            }
            else
            {
                source.CopyTo(target);
            }

            if (length < 0 || !Utf8.IsValid(target[..length]))
            {
                throw TextFormatException.OfValue(File, PlaceOf(place.Start), Schema.Columns[column], source);
            }

            addresses[rows[i]] = new TextAddress(length, text.Length);
            text.Commit(length);
        }

        // Only now: the vector may have moved while it grew.
        nint first = text.AddressOf(0);
        for (int i = 0; i < rows.Length; i++)
        {
            ref TextAddress address = ref addresses[rows[i]];
            address = places[i].Form == FieldForm.Null ? default : address with { Address = first + address.Address };
        }
    }

    /// <summary>As <see cref="Locate(int, ReadOnlySpan{int}, TextVector, Span{TextAddress}, Span{byte})"/>, of all rows.</summary>
    public void Locate(int column, TextVector text, Span<TextAddress> addresses, Span<byte> validity) =>
        Locate(column, AllRows.AsSpan(0, Count), text, addresses, validity);

    /// <summary>The bytes are new: the first record starts at <see cref="NextStart"/>.</summary>
    private protected abstract void Restart();

    /// <summary>Where a column's fields of some rows are.</summary>
    private protected abstract void Find(int column, ReadOnlySpan<int> rows, Span<FieldPlace> places);

    /// <summary>Resolves what is escaped in a field; it never gets longer.</summary>
    /// <returns>Its length then; -1 where an escape means nothing.</returns>
    private protected abstract int Unescape(ReadOnlySpan<byte> source, Span<byte> target);

    /// <summary>Where in the file a place of the bytes is.</summary>
    private protected TextPlace PlaceOf(int offset) =>
        new(_start.Offset + offset, _start.Line == 0 ? 0 : _start.Line + Bytes.Span[..offset].Count((byte)'\n'));

    private protected TextFormatException Wrong(int offset, string message) => new(File, PlaceOf(offset), message);

    private void Parse<T, TValue, TParser>(int column, TParser parser, ReadOnlySpan<int> rows, Span<T> values, Span<byte> validity)
        where T : unmanaged, INumberBase<T>
        where TValue : unmanaged, INumberBase<TValue>
        where TParser : struct, IFieldParser<TValue>
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        Span<FieldPlace> places = Find(column, rows);
        for (int i = 0; i < places.Length; i++)
        {
            FieldPlace place = places[i];
            int row = rows[i];
            if (place.Form is not (FieldForm.Plain or FieldForm.Quoted)
                || !parser.TryParse(bytes.Slice(place.Start, place.Length), out TValue value))
            {
                value = ParseRest<TValue, TParser>(column, place, parser);
            }

            values[row] = T.CreateTruncating(value);
            Show(column, place, row, validity);
        }
    }

    private Span<FieldPlace> Find(int column, ReadOnlySpan<int> rows)
    {
        if (rows.Length > _places.Length)
        {
            _places = new FieldPlace[Math.Min(MostRecords, Math.Max(rows.Length, 2 * _places.Length))];
        }

        Span<FieldPlace> places = _places.AsSpan(0, rows.Length);
        Find(column, rows, places);
        return places;
    }

    /// <summary>What is null, escaped, or has spaces around it.</summary>
    private TValue ParseRest<TValue, TParser>(int column, FieldPlace place, TParser parser)
        where TValue : unmanaged
        where TParser : struct, IFieldParser<TValue>
    {
        if (place.Form == FieldForm.Null)
        {
            return default;
        }

        ReadOnlySpan<byte> source = Bytes.Span.Slice(place.Start, place.Length);
        ReadOnlySpan<byte> text = source;
        if (place.Form == FieldForm.Escaped)
        {
            Array.Resize(ref _unescaped, Math.Max(_unescaped.Length, source.Length));
            text = _unescaped.AsSpan(0, Math.Max(Unescape(source, _unescaped), 0));
        }

        return place.Form != FieldForm.Nested && parser.TryParse(text.Trim((byte)' '), out TValue value)
            ? value
            : throw TextFormatException.OfValue(File, PlaceOf(place.Start), Schema.Columns[column], source);
    }

    private void Show(int column, FieldPlace place, int row, Span<byte> validity)
    {
        if (!validity.IsEmpty)
        {
            validity[row] = (byte)(place.Form == FieldForm.Null ? 0 : 1);
        }
        else if (place.Form == FieldForm.Null)
        {
            throw TextFormatException.OfNull(File, PlaceOf(place.Start), Schema.Columns[column]);
        }
    }
}
