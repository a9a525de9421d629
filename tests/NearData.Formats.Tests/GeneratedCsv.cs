using System.Buffers;
using System.Globalization;
using System.Text;

namespace NearData.Formats.Tests;

/// <summary>A CSV file of random shape: dialect, types, nulls, quotes and newlines within quotes, other alphabets.</summary>
internal sealed class GeneratedCsv
{
    private static readonly string[] Scraps = ["", "a", "\"", ",", ";", "|", "\t", "\n", "\r\n", " ", "é", "日本", "😀", "NULL", "0", "long enough to cross a block of sixty-four bytes, and then some more of it"];

    private static readonly SearchValues<char> Special = SearchValues.Create("\"\r\n,;|\t");

    private readonly Random _random;
    private readonly bool _hasPlainText;

    /// <param name="random">Decides everything.</param>
    /// <param name="types">Of which columns are.</param>
    /// <param name="hasPlainText">Whether text is nothing that could be taken for another type.</param>
    public GeneratedCsv(Random random, string[] types, bool hasPlainText = false)
    {
        _random = random;
        _hasPlainText = hasPlainText;
        TypeNames = [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => types[random.Next(types.Length)])];
        SchemaColumn[] columns = [.. TypeNames.Select((name, index) => new SchemaColumn($"c{index}", TextType.TryParse(name, out TextType type) ? type : throw new ArgumentException(name)))];
        CsvHeader header = random.Next(2) == 0 && !hasPlainText ? CsvHeader.None : CsvHeader.Names;
        Schema = new TextSchema([.. columns], new CsvDialect((byte)",\t;|"[random.Next(4)], (byte)'"', header, random.Next(3) == 0 ? "NULL" : ""));
        Rows = random.Next(1, hasPlainText ? 60 : 400);
        Text = Write();
    }

    public string[] TypeNames { get; }

    public TextSchema Schema { get; }

    public int Rows { get; }

    public byte[] Text { get; }

    private byte[] Write()
    {
        StringBuilder text = new();
        string newline = _random.Next(2) == 0 ? "\n" : "\r\n";
        string delimiter = ((char)Schema.Dialect!.Delimiter).ToString();
        if (Schema.Dialect.Header == CsvHeader.Names)
        {
            text.AppendJoin(delimiter, Schema.Columns.Select(column => column.Name)).Append(newline);
        }

        for (int row = 0; row < Rows; row++)
        {
            text.AppendJoin(delimiter, Schema.Columns.Select(column => Field(column.Type, row))).Append(newline);
        }

        text.Length -= _random.Next(2) == 0 ? newline.Length : 0;
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        // DuckDB takes a byte order mark before a quote for text.
        return _random.Next(4) == 0 && Schema.Dialect.Header == CsvHeader.Names ? [0xEF, 0xBB, 0xBF, .. bytes] : bytes;
    }

    private string Field(TextType type, int row)
    {
        // Not in the first row: a last column that is empty there would leave nothing to tell from.
        if (row > 0 && _random.Next(8) == 0)
        {
            return Schema.Dialect!.NullText;
        }

        string value = Value(type);
        bool mustQuote = value.AsSpan().ContainsAny(Special) || value == Schema.Dialect!.NullText || value.StartsWith(' ') || value.EndsWith(' ');
        return mustQuote || (!_hasPlainText && _random.Next(6) == 0) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }

    private string Value(TextType type) => type.Kind switch
    {
        TextKind.Bool => _random.Next(2) == 0 ? "true" : "False",
        TextKind.Int8 => Integer(sbyte.MinValue, sbyte.MaxValue),
        TextKind.Int16 => Integer(short.MinValue, short.MaxValue),
        TextKind.Int32 => Integer(int.MinValue, int.MaxValue),
        TextKind.Int64 => Integer(long.MinValue, long.MaxValue),
        TextKind.UInt8 => Integer(0, byte.MaxValue),
        TextKind.UInt16 => Integer(0, ushort.MaxValue),
        TextKind.UInt32 => Integer(0, uint.MaxValue),
        TextKind.UInt64 => _random.Next(3) == 0 ? "18446744073709551615" : Integer(0, long.MaxValue),
        TextKind.Decimal => Decimal(type),
        TextKind.Double => Double(),
        TextKind.Date => Date().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TextKind.Timestamp => Timestamp(),
        _ => _hasPlainText ? "w" + Scraps[_random.Next(Scraps.Length)] + "x" : string.Concat(Enumerable.Range(0, _random.Next(4)).Select(_ => Scraps[_random.Next(Scraps.Length)])) + "z",
    };

    private string Integer(long least, long most) => (_random.Next(6) switch
    {
        0 => least,
        1 => most,
        2 => 0,
        3 => Math.Max(least, -1),
        _ => least == long.MinValue ? _random.NextInt64() - _random.NextInt64() : _random.NextInt64(least, most),
    }).ToString(CultureInfo.InvariantCulture);

    private string Decimal(TextType type)
    {
        int whole = _random.Next(type.Precision - type.Scale + 1);
        int part = _random.Next(type.Scale + 1);
        string digits = string.Concat(Enumerable.Range(0, whole + part).Select(_ => (char)('0' + _random.Next(10))));
        string number = (whole == 0 ? "0" : digits[..whole]) + (part == 0 ? "" : "." + digits[whole..]);
        return (_random.Next(2) == 0 ? "-" : "") + number;
    }

    private string Double() => _random.Next(6) switch
    {
        0 => BitConverter.Int64BitsToDouble(_random.NextInt64() & 0x7FDFFFFFFFFFFFFF).ToString("R", CultureInfo.InvariantCulture),
        1 => "1e-3",
        2 => "-0.0",
        3 => "123456789012345.6789",
        _ => (_random.Next(100_000) / 100.0 - 300).ToString(CultureInfo.InvariantCulture) + (_hasPlainText ? "1" : ""),
    };

    private DateOnly Date() => DateOnly.FromDayNumber(_random.Next(365, DateOnly.MaxValue.DayNumber));

    private string Timestamp()
    {
        DateTime moment = Date().ToDateTime(new TimeOnly(_random.NextInt64(TimeSpan.TicksPerDay)));
        string format = _random.Next(4) switch
        {
            0 => "yyyy-MM-dd HH:mm:ss",
            1 => "yyyy-MM-ddTHH:mm:ss.fff",
            _ => "yyyy-MM-dd HH:mm:ss.ffffff",
        };
        return moment.ToString(format, CultureInfo.InvariantCulture);
    }
}
