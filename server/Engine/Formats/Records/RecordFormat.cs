using System.Collections.Immutable;
using NearData.Engine.Formats.Raw;
using NearData.Isa.Objects;

namespace NearData.Engine.Formats.Records;

/// <summary>
/// Binary records of a fixed size, one after another: the C struct of the dataset's name in an object beside it is the format. Without it,
/// they are only bytes.
/// </summary>
internal sealed class RecordFormat : FileFormat
{
    public override ImmutableArray<string> Extensions => [".bin"];

    public override string SchemaSuffix => ".btf.o";

    /// <exception cref="FileFormatException">The struct can't be read, or the file has no whole number of records.</exception>
    public override FileContent Read(FileBytes file) => file.Schema is { } schema
        ? new RecordContent(LayoutOf(schema), file.Name, file.Length)
        : new RawContent();

    private RecordLayout LayoutOf(SchemaBytes schema)
    {
        try
        {
            return RecordLayout.Read(schema.Bytes, schema.Name[..^SchemaSuffix.Length]);
        }
        catch (ObjectFormatException error)
        {
            throw new FileFormatException(schema.Name, 0, error.Message, error);
        }
    }
}
