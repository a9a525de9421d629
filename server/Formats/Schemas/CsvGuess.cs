using System.Collections.Immutable;
using System.Text;
using NearData.Formats.Csv;

namespace NearData.Formats.Schemas;

/// <summary>Finds out how a CSV file is written and what its columns are, from its head.</summary>
internal static class CsvGuess
{
    /// <summary>Bytes that delimiters are tried on.</summary>
    private const int SniffedLength = 1 << 16;

    private static readonly byte[] Delimiters = [(byte)',', (byte)'\t', (byte)';', (byte)'|'];

    /// <exception cref="TextFormatException">It can't be told, or contradicts what is given.</exception>
    public static SchemaGuess Of(string file, ReadOnlySpan<byte> head, int start, TextEnd end, SchemaFile? given)
    {
        byte quote = given?.Quote ?? (byte)'"';
        byte delimiter = given?.Delimiter ?? TextFileName.Of(file).Delimiter;
        delimiter = delimiter == 0 ? Sniff(head[start..], end, quote) : delimiter;
        CsvSample sample = CsvSample.Split(head[start..], end, delimiter, quote);
        CsvDialect dialect = new(delimiter, quote, given?.Header ?? CsvHeader.None, given?.NullText ?? "");
        if (sample.Misplaced >= 0)
        {
            TextPlace place = new(start + sample.Misplaced, head[..(start + sample.Misplaced)].Count((byte)'\n') + 1);
            throw new TextFormatException(file, place, CsvQuoting.WhyMisplaced(head, start + sample.Misplaced, quote));
        }

        head = head[start..];
        if (sample.Records.Count == 0)
        {
            return WithoutRecords(file, head, end, dialect, given);
        }

        CheckWidth(file, sample, given);
        byte[] nullText = Encoding.UTF8.GetBytes(dialect.NullText);
        if (given?.Header is null)
        {
            dialect = dialect with { Header = SniffHeader(head, sample, nullText, given) };
        }

        bool hasNames = dialect.Header == CsvHeader.Names;
        string[] names = hasNames ? Names(head, sample.Records[0], quote) : [.. Enumerable.Range(0, sample.Width).Select(index => $"column{index}")];
        TypeGuess[] guesses = Guess(head, sample, hasNames ? 1 : 0, nullText);
        if (given?.Columns is { } columns)
        {
            CheckNames(file, hasNames ? names : null, columns);
            names = [.. columns.Select(column => column.Name)];
        }

        return new SchemaGuess(file, [.. names.Select((name, index) => new ColumnGuess(name, guesses[index]))], dialect, given?.Columns);
    }

    private static byte Sniff(ReadOnlySpan<byte> head, TextEnd end, byte quote)
    {
        if (head.Length > SniffedLength && head[..SniffedLength].Contains((byte)'\n'))
        {
            head = head[..SniffedLength];
            end = TextEnd.Open;
        }

        byte best = Delimiters[0];
        int width = 0;
        foreach (byte delimiter in Delimiters)
        {
            CsvSample sample = CsvSample.Split(head, end, delimiter, quote);
            if (sample.IsTable && sample.Width > width)
            {
                (best, width) = (delimiter, sample.Width);
            }
        }

        return best;
    }

    private static SchemaGuess WithoutRecords(string file, ReadOnlySpan<byte> head, TextEnd end, CsvDialect dialect, SchemaFile? given)
    {
        if (end == TextEnd.Closed && given?.Columns is { } columns && head.IndexOfAnyExcept(" \r\n"u8) < 0)
        {
            return new SchemaGuess(file, [.. columns.Select(column => new ColumnGuess(column.Name, default))], dialect, columns);
        }

        string why = end == TextEnd.Open ? $"doesn't end within {TextLimits.SampleLength} bytes" : "isn't there, or has a quote that is never closed";
        throw new TextFormatException(file, new TextPlace(0, 1), $"The first record {why}; {SchemaFile.Advice}.");
    }

    private static void CheckWidth(string file, CsvSample sample, SchemaFile? given)
    {
        if (sample.Width > TextLimits.Columns)
        {
            throw new TextFormatException(file, new TextPlace(0, 1), $"The first record has {sample.Width} fields, more than {TextLimits.Columns}.");
        }

        if (given?.Columns is { } columns && columns.Length != sample.Width)
        {
            throw new TextFormatException(
                file, new TextPlace(0, 1), $"The first record has {sample.Width} fields, and the schema file gives {(columns.Length == 1 ? "1 column" : $"{columns.Length} columns")}.");
        }
    }

    private static void CheckNames(string file, string[]? names, ImmutableArray<GivenColumn> columns)
    {
        for (int index = 0; index < names?.Length; index++)
        {
            if (!string.Equals(names[index], columns[index].Name, StringComparison.Ordinal))
            {
                throw new TextFormatException(
                    file, new TextPlace(0, 1), $"Column {index + 1} is called '{names[index]}' here, and '{columns[index].Name}' in the schema file.");
            }
        }
    }

    // Names stand above values: above numbers or dates they are seen to be none; above text alone nobody can tell, and files mostly have them.
    private static CsvHeader SniffHeader(ReadOnlySpan<byte> head, CsvSample sample, byte[] nullText, SchemaFile? given)
    {
        TypeGuess[] below = Guess(head, sample, 1, nullText);
        bool isAllText = true;
        for (int index = 0; index < sample.Width; index++)
        {
            TypeGuess first = GuessField(head, sample.Records[0][index], nullText);
            TextType type = given?.Columns?[index].Type ?? below[index].Type;
            isAllText &= type.Kind == TextKind.Text && first.Type.Kind == TextKind.Text;
            if (type.Kind != TextKind.Text && (first | below[index]).Type.Kind == TextKind.Text)
            {
                return CsvHeader.Names;
            }
        }

        return isAllText ? CsvHeader.Names : CsvHeader.None;
    }

    private static TypeGuess[] Guess(ReadOnlySpan<byte> head, CsvSample sample, int first, byte[] nullText)
    {
        TypeGuess[] guesses = new TypeGuess[sample.Width];
        for (int row = first; row < sample.Records.Count; row++)
        {
            FieldPlace[] record = sample.Records[row];
            for (int index = 0; index < Math.Min(record.Length, guesses.Length); index++)
            {
                guesses[index] |= GuessField(head, record[index], nullText);
            }
        }

        return guesses;
    }

    private static TypeGuess GuessField(ReadOnlySpan<byte> head, FieldPlace place, byte[] nullText)
    {
        ReadOnlySpan<byte> text = head.Slice(place.Start, place.Length);
        return text.SequenceEqual(nullText) ? (place.Form == FieldForm.Plain ? TypeGuess.Null : TypeGuess.QuotedNull)
            : place.Form == FieldForm.Escaped ? TypeGuess.Text
            : TypeGuess.OfText(text);
    }

    /// <summary>Names of the header; one that is empty or comes twice gets another, as in DuckDB.</summary>
    private static string[] Names(ReadOnlySpan<byte> head, FieldPlace[] record, byte quote)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        string[] names = new string[record.Length];
        for (int index = 0; index < names.Length; index++)
        {
            string name = Encoding.UTF8.GetString(head.Slice(record[index].Start, record[index].Length)).Trim();
            string mark = ((char)quote).ToString();
            name = record[index].Form == FieldForm.Escaped ? name.Replace(mark + mark, mark, StringComparison.Ordinal) : name;
            name = name.Length == 0 ? $"column{index}" : name;
            string unique = name;
            for (int number = 1; !taken.Add(unique); number++)
            {
                unique = $"{name}_{number}";
            }

            names[index] = unique;
        }

        return names;
    }
}
