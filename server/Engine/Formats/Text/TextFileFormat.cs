using System.Collections.Immutable;
using NearData.Formats;
using NearData.Formats.Schemas;
using NearData.Formats.Streams;

namespace NearData.Engine.Formats.Text;

/// <summary>CSV, TSV and NDJSON, as they are or compressed as a whole: a schema file and the text at their head say what their columns are.</summary>
internal sealed class TextFileFormat : FileFormat
{
    public override ImmutableArray<string> Extensions => TextFileName.Extensions;

    public override string SchemaSuffix => SchemaFile.Suffix;

    /// <exception cref="TextFormatException">Its columns can't be told, or the schema file is broken.</exception>
    /// <exception cref="StreamFormatException">It is compressed, and corrupt.</exception>
    /// <exception cref="DecoderUnavailableException">It is compressed, and this machine lacks the library.</exception>
    public override FileContent Read(FileBytes file)
    {
        SchemaFile? given = file.Schema is { } schema ? SchemaFile.Parse(schema.Name, schema.Bytes) : null;
        (byte[] head, TextEnd end) = TextHead.Of(file.Name, file.Length, file.Read);
        SchemaGuess guess = SchemaGuess.Of(file.Name, head, end, given);
        return new TextContent(guess, SchemaGuess.Unify([guess]), TextFileName.Of(file.Name).Compression, file.Length);
    }
}
