using System.Collections.Immutable;
using NearData.Isa.Objects;

namespace NearData.Engine.Formats.Records;

/// <summary>A file of records.</summary>
internal sealed class RecordContent : FileContent
{
    /// <summary>Bytes of a part, about: long enough for a device, short enough for several workers.</summary>
    private const int PartLength = 2 << 20;

    /// <exception cref="FileFormatException">The length is no whole number of records, or a member's tag says what its type can't hold.</exception>
    public RecordContent(RecordLayout layout, string file, long length)
    {
        StoredFields = [.. layout.Fields.Select(field => StoredField.Of(field, layout)).OfType<StoredField>()];
        RowCount = length / layout.Size;
        if (length % layout.Size != 0)
        {
            throw new FileFormatException(
                file, length - (length % layout.Size), $"{length} bytes are {RowCount} records of struct {layout.Name}, of {layout.Size} bytes, and {length % layout.Size} bytes more.");
        }

        Columns = [.. StoredFields.Select(field => new FileColumn(
            field.Field.Name, field.Type, field.Field.ValidityOffset is not null, field.Field.ValidityOffset is null ? 0 : null, ValueSpan.Unknown))];
        Parts = [.. PartsOf(layout.Size)];
    }

    public override ImmutableArray<FileColumn> Columns { get; }

    public override ImmutableArray<FilePart> Parts { get; }

    public override long? RowCount { get; }

    public override long MostRows => RowCount!.Value;

    /// <summary>The members that are columns.</summary>
    public ImmutableArray<StoredField> StoredFields { get; }

    private IEnumerable<FilePart> PartsOf(int size)
    {
        int most = Math.Max(PartLength / size, 1);
        for (long first = 0; first < RowCount; first += most)
        {
            int count = (int)Math.Min(most, RowCount.Value - first);
            yield return new RecordsPart(this, size, new ByteRange(first * size, (long)count * size));
        }
    }
}
