using System.Text;
using NearData.Formats.Structure;

namespace NearData.Formats.Csv;

/// <summary>
/// Records of CSV (RFC 4180): ends of fields are found 64 bytes at a time, and a batch's are a table with one line for each record, so that
/// a column's fields are found without a look at the others.
/// </summary>
internal sealed class CsvReader : RecordReader
{
    /// <summary>Ends of fields in memory, which stay in a core's second-level cache; more only where a record has more.</summary>
    private const int LeastEnds = 1 << 16;

    private readonly CsvDialect _dialect;
    private readonly byte[] _null;
    private readonly int _fields;
    private readonly int _mostEnds;
    private readonly StructureScanner _scanner;
    private readonly EndList _ends = new();
    private readonly EndList _newlines = new();
    private readonly int[] _starts = new int[MostRecords];
    private int _usedEnds;
    private int _usedNewlines;
    private bool _isHeaderNext;
    private bool _isEnded;

    public CsvReader(string file, TextSchema schema, CsvDialect dialect)
        : base(file, schema)
    {
        _dialect = dialect;
        _null = Encoding.UTF8.GetBytes(dialect.NullText);
        _fields = schema.Columns.Length;
        _mostEnds = Math.Max(LeastEnds, 2 * (_fields + StructureScanner.Block));
        _scanner = new StructureScanner(dialect.Delimiter, dialect.Quote);
    }

    public override int Next(int most)
    {
        if (_isHeaderNext && Batch(1) > 0)
        {
            _isHeaderNext = false;
        }

        Count = _isHeaderNext ? 0 : Batch(Math.Min(most, MostRecords));
        return Count;
    }

    private protected override void Restart()
    {
        _scanner.Restart(NextStart);
        // As many as are scanned at a time, but each is a byte, or the end of all.
        int most = (int)Math.Min(_mostEnds, Bytes.Length + 1L);
        _ends.Restart(most);
        _newlines.Restart(most);
        _usedEnds = 0;
        _usedNewlines = 0;
        _isEnded = false;
        _isHeaderNext = IsAtStart && _dialect.Header == CsvHeader.Names;
    }

    private protected override void Find(int column, ReadOnlySpan<int> rows, Span<FieldPlace> places)
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        ReadOnlySpan<int> ends = _ends.Places;
        bool isFirst = column == 0;
        bool isLast = column == _fields - 1;
        bool isText = Schema.Columns[column].Type.Kind == TextKind.Text;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            int at = (row * _fields) + column;
            int start = isFirst ? _starts[row] : ends[at - 1] + 1;
            int end = isLast ? CsvField.LastEnd(bytes, start, ends[at]) : ends[at];
            FieldPlace place = CsvField.At(bytes, start, end, _dialect.Quote);
            places[i] = IsNull(bytes, place, isText) ? place with { Form = FieldForm.Null, Length = 0 } : place;
        }
    }

    private protected override int Unescape(ReadOnlySpan<byte> source, Span<byte> target) => CsvField.Unescape(source, target, _dialect.Quote);

    // Quoted it is text that happens to be the same; but no text is a number.
    private bool IsNull(ReadOnlySpan<byte> bytes, FieldPlace place, bool isText) =>
        place.Length == _null.Length
        && (place.Form == FieldForm.Plain || !isText)
        && bytes.Slice(place.Start, place.Length).SequenceEqual(_null);

    private int Batch(int most)
    {
        while (true)
        {
            _ends.RemoveFirst(_usedEnds);
            _newlines.RemoveFirst(_usedNewlines);
            _usedEnds = 0;
            _usedNewlines = 0;
            int before = _scanner.Position;
            Scan(most);
            int records = Shape(most);
            if (records > 0 || (_usedEnds == 0 && _scanner.Position == before))
            {
                return records;
            }
        }
    }

    private void Scan(int most)
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        _scanner.Scan(bytes, (int)Math.Min(_mostEnds, ((long)most * _fields) + StructureScanner.Block), _ends, _newlines);
        if (_scanner.Misplaced >= 0)
        {
            throw Wrong(_scanner.Misplaced, CsvQuoting.WhyMisplaced(bytes, _scanner.Misplaced, _dialect.Quote));
        }

        if (_scanner.Position < bytes.Length || End == TextEnd.Open || _isEnded)
        {
            return;
        }

        _isEnded = true;
        int last = _newlines.Count == 0 ? NextStart : Math.Max(NextStart, _newlines.Places[^1] + 1);
        if (_scanner.IsInside)
        {
            throw Wrong(last, "The record that starts here has a quote that is never closed.");
        }

        if (last < bytes.Length && bytes[^1] == '\r')
        {
            throw Wrong(bytes.Length - 1, "The file ends with a carriage return without a newline.");
        }

        if (last < bytes.Length)
        {
            _ends.Add(bytes.Length);
            _newlines.Add(bytes.Length);
        }
    }

    /// <summary>Makes a table of the ends: records that are whole, without blank lines. Where one has another number of fields it is refused.</summary>
    private int Shape(int most)
    {
        Span<int> ends = _ends.Items;
        ReadOnlySpan<int> newlines = _newlines.Places;
        int used = 0;
        int lines = 0;
        int records = 0;
        int start = NextStart;
        while (records < most && used < ends.Length)
        {
            int newline = lines < newlines.Length ? newlines[lines] : -1;
            if (used + _fields <= ends.Length && newline == ends[used + _fields - 1])
            {
                if (records * _fields != used)
                {
                    ends.Slice(used, _fields).CopyTo(ends[(records * _fields)..]);
                }

                CheckLength(start, newline);
                _starts[records++] = start;
                used += _fields;
            }
            else if (newline == ends[used] && IsBlank(start, newline))
            {
                used++;
            }
            else if (newline >= 0 || used + _fields <= ends.Length)
            {
                throw WrongCount(start, newline < 0 ? -1 : ends[used..].IndexOf(newline) + 1);
            }
            else
            {
                break;
            }

            start = newline + 1;
            lines++;
        }

        _usedEnds = used;
        _usedNewlines = lines;
        NextStart = Math.Min(start, Bytes.Length);
        return records;
    }

    private bool IsBlank(int start, int end) => start == end || (start + 1 == end && end < Bytes.Length && Bytes.Span[start] == '\r');

    private void CheckLength(int start, int end)
    {
        if (end - start > TextLimits.RecordLength)
        {
            throw Wrong(start, $"The record that starts here has {end - start} bytes, more than {TextLimits.RecordLength}.");
        }
    }

    private TextFormatException WrongCount(int start, int found)
    {
        string has = found < 0 ? $"more than {_fields} fields" : found == 1 ? "1 field" : $"{found} fields";
        string wants = _fields == 1 ? "is 1 column" : $"are {_fields} columns";
        return Wrong(start, $"The record has {has}, and there {wants}: {string.Join(", ", Schema.Columns.Take(20).Select(column => column.Name))}{(_fields > 20 ? ", ..." : "")}.");
    }
}
