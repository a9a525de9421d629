using System.Collections.Immutable;

namespace NearData.Engine.Formats.Raw;

/// <summary>A file of which nothing says what it holds: it has no columns and no rows, but buffers.</summary>
internal sealed class RawContent : FileContent
{
    public override ImmutableArray<FileColumn> Columns => [];

    public override ImmutableArray<FilePart> Parts => [];

    public override long? RowCount => 0;

    public override long MostRows => 0;
}
