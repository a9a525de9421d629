using System.Collections.Immutable;
using NearData.Formats;
using NearData.Formats.Schemas;
using NearData.Formats.Streams;

namespace NearData.Engine.Formats.Text;

/// <summary>CSV, TSV and NDJSON, as they are or compressed as a whole: a schema file and the text at their head say what their columns are.</summary>
internal sealed class TextFileFormat : FileFormat
{
    /// <summary>Compressed bytes that are expanded at a time for the head.</summary>
    private const int PieceLength = 1 << 16;

    public override ImmutableArray<string> Extensions => TextFileName.Extensions;

    public override string SchemaSuffix => SchemaFile.Suffix;

    /// <exception cref="TextFormatException">Its columns can't be told, or the schema file is broken.</exception>
    /// <exception cref="StreamFormatException">It is compressed, and corrupt.</exception>
    /// <exception cref="DecoderUnavailableException">It is compressed, and this machine lacks the library.</exception>
    public override FileContent Read(FileBytes file)
    {
        TextCompression compression = TextFileName.Of(file.Name).Compression;
        (byte[] head, TextEnd end) = compression == TextCompression.None ? ReadHead(file) : Expand(file, compression);
        SchemaFile? given = file.Schema is { } schema ? SchemaFile.Parse(schema.Name, schema.Bytes) : null;
        SchemaGuess guess = SchemaGuess.Of(file.Name, head, end, given);
        return new TextContent(guess, SchemaGuess.Unify([guess]), compression, file.Length);
    }

    private static (byte[] Head, TextEnd End) ReadHead(FileBytes file) =>
        (file.Read(0, TextLimits.SampleLength), file.Length > TextLimits.SampleLength ? TextEnd.Open : TextEnd.Closed);

    private static (byte[] Head, TextEnd End) Expand(FileBytes file, TextCompression compression)
    {
        using StreamDecoder decoder = StreamDecoder.Create(file.Name, compression);
        byte[] head = new byte[TextLimits.SampleLength];
        int filled = 0;
        for (long offset = 0; offset < file.Length; offset += PieceLength)
        {
            decoder.Feed(file.Read(offset, PieceLength));
            for (int read = 1; read > 0 && filled < head.Length; filled += read)
            {
                read = decoder.Read(head.AsSpan(filled));
            }

            if (filled == head.Length)
            {
                return (head, TextEnd.Open);
            }
        }

        decoder.Finish();
        return (head[..filled], TextEnd.Closed);
    }
}
