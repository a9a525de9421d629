using System.Collections.Immutable;
using NearData.Engine.Datasets;
using NearData.Formats;
using NearData.Formats.Schemas;
using NearData.Parquet;

namespace NearData.Engine.Formats.Text;

/// <summary>
/// A text file. As it is it is cut into as many parts as it has blocks; where their records start is found out before they are
/// loaded first (<see cref="RecordSurvey"/>). Compressed it is one part.
/// </summary>
internal sealed class TextContent : FileContent
{
    /// <summary>Deflate's bound: 258 bytes for two bits (RFC 1951).</summary>
    private const long DeflateExpansion = 1032;

    private readonly SchemaGuess _guess;
    private readonly TextCompression _compression;
    private readonly long _length;
    private volatile RecordSurvey? _survey;

    /// <param name="guess">Of this file.</param>
    /// <param name="columns">Of all the dataset's files of this kind.</param>
    /// <param name="compression">Of this file.</param>
    /// <param name="length">Bytes of the file.</param>
    public TextContent(SchemaGuess guess, ImmutableArray<SchemaColumn> columns, TextCompression compression, long length)
    {
        _guess = guess;
        _compression = compression;
        _length = length;
        Schema = new TextSchema(columns, guess.Dialect);
        Columns = [.. columns.Select(column => new FileColumn(
            column.Name, TypeOf(column.Type), column.Nullability == Nullability.Nullable, NullCount: null, ValueSpan.Unknown))];
        if (compression == TextCompression.None)
        {
            Parts = [.. Enumerable.Range(0, RecordSurvey.BlocksOf(length)).Select(range => new TextRangePart(this, range, RecordSurvey.Block(range, length).Length))];
        }
        else
        {
            Parts = [new StreamPart(this, compression, length)];
        }
    }

    public TextSchema Schema { get; }

    public override ImmutableArray<FileColumn> Columns { get; }

    public override ImmutableArray<FilePart> Parts { get; }

    public override long? RowCount => null;

    public override long MostRows => (_compression switch
    {
        TextCompression.None => _length,
        TextCompression.Gzip => (long)Int128.Min((Int128)_length * DeflateExpansion, long.MaxValue - ShortestRecord),
        _ => long.MaxValue - ShortestRecord,
    } + ShortestRecord - 1) / ShortestRecord;

    /// <summary>A record's fields have something behind each; an object has two braces and a newline.</summary>
    private int ShortestRecord => Schema.Dialect is null ? 3 : Schema.Columns.Length;

    /// <summary>Text files of one dataset have columns that hold what was seen in any of them.</summary>
    public static ImmutableArray<DatasetFile> Unify(ImmutableArray<DatasetFile> files)
    {
        TextContent[] texts = [.. files.Select(file => file.Content).OfType<TextContent>()];
        if (texts.Length < 2)
        {
            return files;
        }

        Dictionary<bool, ImmutableArray<SchemaColumn>> columns = texts.GroupBy(text => text.Schema.Dialect is null)
            .ToDictionary(kind => kind.Key, kind => SchemaGuess.Unify([.. kind.Select(text => text._guess)]));
        return [.. files.Select(file => file.Content is TextContent text ? file with { Content = text.With(columns[text.Schema.Dialect is null]) } : file)];
    }

    /// <summary>Keeps a survey of the very bytes that this is the content of.</summary>
    public void Keep(RecordSurvey survey) => _survey = survey;

    internal override ImmutableArray<FilePart> Survey(OpenFile file)
    {
        if (_compression != TextCompression.None || (file.Ranges = _survey) is not null)
        {
            return [];
        }

        if (Parts.Length == 1)
        {
            file.Ranges = RecordSurvey.OfOneBlock(_guess.File, _length);
            return [];
        }

        RecordSurvey survey = new(_guess.File, _length, Schema.Dialect?.Quote ?? 0);
        file.Ranges = survey;
        return [.. Enumerable.Range(0, Parts.Length).Select(block => new SurveyPart(this, survey, block))];
    }

    private static ColumnType TypeOf(TextType type) => type.Kind switch
    {
        TextKind.Bool => new ColumnType(ColumnKind.Bool),
        TextKind.Int8 => new ColumnType(ColumnKind.Int8),
        TextKind.Int16 => new ColumnType(ColumnKind.Int16),
        TextKind.Int32 => new ColumnType(ColumnKind.Int32),
        TextKind.Int64 => new ColumnType(ColumnKind.Int64),
        TextKind.UInt8 => new ColumnType(ColumnKind.UInt8),
        TextKind.UInt16 => new ColumnType(ColumnKind.UInt16),
        TextKind.UInt32 => new ColumnType(ColumnKind.UInt32),
        TextKind.UInt64 => new ColumnType(ColumnKind.UInt64),
        TextKind.Decimal => new ColumnType(ColumnKind.Decimal, type.Precision, type.Scale),
        TextKind.Double => new ColumnType(ColumnKind.Double),
        TextKind.Date => new ColumnType(ColumnKind.Date),
        TextKind.Timestamp => new ColumnType(ColumnKind.Timestamp, Unit: TimeUnit.Microseconds),
        _ => new ColumnType(ColumnKind.String),
    };

    private TextContent With(ImmutableArray<SchemaColumn> columns) =>
        columns.SequenceEqual(Schema.Columns) ? this : new TextContent(_guess, columns, _compression, _length);
}
