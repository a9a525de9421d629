using System.Collections.Immutable;

namespace NearData.Formats.Schemas;

/// <summary>What a file's head and what is given say about its columns. Guesses of several files of one dataset are put together. Immutable.</summary>
public sealed class SchemaGuess
{
    private readonly ImmutableArray<ColumnGuess> _columns;
    private readonly Dictionary<string, TypeGuess> _byName;
    private readonly ImmutableArray<GivenColumn>? _given;

    internal SchemaGuess(string file, ImmutableArray<ColumnGuess> columns, CsvDialect? dialect, ImmutableArray<GivenColumn>? given)
    {
        File = file;
        _columns = columns;
        _byName = columns.ToDictionary(column => column.Name, column => column.Guess, StringComparer.Ordinal);
        _given = given;
        Dialect = dialect;
    }

    /// <summary>The file that it is of.</summary>
    public string File { get; }

    /// <summary>How the file is written; null for NDJSON.</summary>
    public CsvDialect? Dialect { get; }

    /// <summary>Names of the columns.</summary>
    public IEnumerable<string> Names => _columns.Select(column => column.Name);

    /// <summary>Looks at a file's head.</summary>
    /// <param name="file">Its name, which says what format it has.</param>
    /// <param name="head">Its text from the start on, <see cref="TextLimits.SampleLength"/> bytes unless there are fewer.</param>
    /// <param name="end">Whether the file ends with them.</param>
    /// <param name="given">What a schema file says; null without one.</param>
    /// <exception cref="TextFormatException">It can't be told, or contradicts what is given.</exception>
    public static SchemaGuess Of(string file, ReadOnlySpan<byte> head, TextEnd end, SchemaFile? given)
    {
        int mark = head.StartsWith(RecordReader.ByteOrderMark) ? RecordReader.ByteOrderMark.Length : 0;
        return TextFileName.Of(file).Format == TextFormat.Ndjson ? JsonGuess.Of(file, head, mark, end, given) : CsvGuess.Of(file, head, mark, end, given);
    }

    /// <summary>The columns of files that are read as one: of each type that holds what was seen in any of them.</summary>
    /// <exception cref="TextFormatException">A CSV file has other columns than the first one.</exception>
    public static ImmutableArray<SchemaColumn> Unify(IReadOnlyList<SchemaGuess> files)
    {
        SchemaGuess first = files[0];
        if (first._given is { } given)
        {
            return [.. given.Select((column, index) => new SchemaColumn(
                column.Name, column.Type, column.Nullability ?? Together(files, column.Name, index).NullabilityAs(column.Type)))];
        }

        foreach (SchemaGuess other in files.Skip(1))
        {
            first.CheckSame(other);
        }

        return
        [
            .. files.SelectMany(file => file.Names).Distinct(StringComparer.Ordinal).Select((name, index) =>
            {
                TypeGuess guess = Together(files, name, index);
                return new SchemaColumn(name, guess.Type, guess.NullabilityAs(guess.Type));
            }),
        ];
    }

    private static TypeGuess Together(IReadOnlyList<SchemaGuess> files, string name, int index) =>
        files.Aggregate(default(TypeGuess), (guess, file) => guess | file.GuessOf(name, index));

    // Of CSV the place is the column's; NDJSON may leave out what is null.
    private TypeGuess GuessOf(string name, int index) => Dialect is not null
        ? _columns[index].Guess
        : _byName.GetValueOrDefault(name, TypeGuess.Null);

    private void CheckSame(SchemaGuess other)
    {
        if (Dialect is null)
        {
            return;
        }

        if (!Names.SequenceEqual(other.Names, StringComparer.Ordinal))
        {
            throw new TextFormatException(
                other.File, new TextPlace(0, 1), $"The columns are {Listed(other)}, and those of {File} are {Listed(this)}.");
        }
    }

    private static string Listed(SchemaGuess guess) => string.Join(", ", guess.Names.Take(20)) + (guess._columns.Length > 20 ? ", ..." : "");
}

/// <summary>A column's name and what its values have in common.</summary>
internal sealed record ColumnGuess(string Name, TypeGuess Guess);
