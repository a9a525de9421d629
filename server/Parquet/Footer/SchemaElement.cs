using NearData.Parquet.Thrift;

namespace NearData.Parquet.Footer;

/// <summary>One node of the schema's tree as the footer lists it, depth first (parquet.thrift, SchemaElement).</summary>
internal readonly record struct SchemaElement
{
    /// <summary>Null for a group.</summary>
    public PhysicalType? Type { get; init; }

    public int TypeLength { get; init; }

    public Repetition Repetition { get; init; }

    public string Name { get; init; }

    public int Children { get; init; }

    public LogicalType? LogicalType { get; init; }

    /// <summary>Whether the file gives a logical type that isn't known here.</summary>
    public bool HasUnknownMeaning { get; init; }

    public static SchemaElement Read(scoped ref CompactReader reader)
    {
        PhysicalType? type = null;
        int length = 0;
        Repetition repetition = Repetition.Required;
        string? name = null;
        int children = 0;
        ConvertedType? converted = null;
        int scale = 0;
        int precision = 0;
        LogicalType? logical = null;
        bool isGiven = false;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    type = ReadPhysicalType(ref reader, field);
                    break;
                case 2:
                    length = reader.ReadInt32(field, "type_length");
                    break;
                case 3:
                    repetition = (Repetition)reader.ReadInt32(field, "repetition_type");
                    break;
                case 4:
                    name = reader.ReadText(field, "name");
                    break;
                case 5:
                    children = reader.ReadInt32(field, "num_children");
                    break;
                case 6:
                    converted = (ConvertedType)reader.ReadInt32(field, "converted_type");
                    break;
                case 7:
                    scale = reader.ReadInt32(field, "scale");
                    break;
                case 8:
                    precision = reader.ReadInt32(field, "precision");
                    break;
                case 10:
                    logical = LogicalTypes.Read(ref reader, field);
                    isGiven = true;
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return new SchemaElement
        {
            Type = type,
            TypeLength = length,
            Repetition = Enum.IsDefined(repetition)
                ? repetition
                : throw reader.Broken($"Repetition {(int)repetition} is unknown."),
            Name = name ?? throw reader.Broken("A schema element has no name."),
            Children = children,
            LogicalType = logical ?? LogicalTypes.Of(converted, precision, scale),
            HasUnknownMeaning = isGiven && logical is null,
        };
    }

    public static PhysicalType ReadPhysicalType(scoped ref CompactReader reader, CompactType field)
    {
        PhysicalType type = (PhysicalType)reader.ReadInt32(field, "type");
        return Enum.IsDefined(type) ? type : throw reader.Broken($"Physical type {(int)type} is unknown.");
    }
}
