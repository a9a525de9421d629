using System.Collections.Immutable;
using System.Globalization;
using NearData.Contracts.V1;
using NearData.Parquet;
using NearData.TestSupport;
using Kind = NearData.Contracts.V1.ColumnType.Types.Kind;

namespace NearData.Client.Tests.Nodes;

/// <summary>Writes tables in memory as the Parquet files that a node reads.</summary>
internal static class ParquetTables
{
    /// <summary>Writes a dataset of one file.</summary>
    /// <param name="table">Its columns; what text columns hold are the numbers of <paramref name="words"/>.</param>
    /// <param name="folder">Served by the node.</param>
    /// <param name="words">What stands in text columns.</param>
    /// <param name="rowGroupRows">Rows of each row group but the last.</param>
    /// <param name="options">How it is written.</param>
    public static void WriteTo(this Table table, ServedFolder folder, ImmutableArray<string> words, int rowGroupRows, ParquetWriterOptions options)
    {
        string path = Path.Combine(folder.Path, table.Name, "items.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream stream = File.Create(path);
        using ParquetWriter writer = new(stream, ParquetSchema.Of([.. table.Columns.Select(ToParquet)]), options);
        for (int first = 0; first < table.Rows; first += rowGroupRows)
        {
            int rows = Math.Min(rowGroupRows, table.Rows - first);
            RowGroupWriter group = writer.StartRowGroup(rows);
            for (int column = 0; column < table.Columns.Length; column++)
            {
                Write(group, column, table.Columns[column].Type.Kind, table.Columns[column].Values.AsSpan().Slice(first, rows), words);
            }
        }

        writer.Finish();
    }

    private static void Write(RowGroupWriter group, int column, Kind kind, ReadOnlySpan<long?> values, ImmutableArray<string> words)
    {
        byte[] validity = new byte[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            validity[row] = values[row] is null ? (byte)0 : (byte)1;
        }

        validity = validity.Contains((byte)0) ? validity : [];
        switch (kind)
        {
            case Kind.String:
                ByteArrayBatch batch = new();
                foreach (long? value in values)
                {
                    batch.Add(words[(int)value!]);
                }

                group.WriteBytes(column, batch);
                break;
            case Kind.Bool:
                group.Write<byte>(column, Convert(values, value => (byte)value), validity);
                break;
            case Kind.Double:
                group.Write<double>(column, Convert(values, value => (double)value), validity);
                break;
            case Kind.Uint64:
                group.Write<ulong>(column, Convert(values, value => (ulong)value), validity);
                break;
            case Kind.Int64 or Kind.Decimal or Kind.Timestamp:
                group.Write<long>(column, Convert(values, value => value), validity);
                break;
            case Kind.Uint32 or Kind.Uint8:
                group.Write<uint>(column, Convert(values, value => (uint)value), validity);
                break;
            default:
                group.Write<int>(column, Convert(values, value => (int)value), validity);
                break;
        }
    }

    private static T[] Convert<T>(ReadOnlySpan<long?> values, Func<long, T> convert)
    {
        T[] converted = new T[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            converted[row] = convert(values[row] ?? 0);
        }

        return converted;
    }

    private static ParquetColumn ToParquet(TableColumn column)
    {
        string name = column.Name;
        ColumnType type = column.Type;
        ParquetColumn made = type.Kind switch
        {
            Kind.Bool => ParquetColumn.Boolean(name),
            Kind.Uint8 => ParquetColumn.Integer(name, 8, signed: false),
            Kind.Int16 => ParquetColumn.Integer(name, 16, signed: true),
            Kind.Int32 => ParquetColumn.Int32(name),
            Kind.Uint32 => ParquetColumn.Integer(name, 32, signed: false),
            Kind.Int64 => ParquetColumn.Int64(name),
            Kind.Uint64 => ParquetColumn.Integer(name, 64, signed: false),
            Kind.Decimal => ParquetColumn.Decimal(name, (int)type.Precision, (int)type.Scale),
            Kind.Date => ParquetColumn.Date(name),
            Kind.Timestamp => ParquetColumn.Timestamp(name, Enum.Parse<Parquet.TimeUnit>(type.Unit.ToString()), isUtc: true),
            Kind.String => ParquetColumn.Text(name),
            Kind.Double => ParquetColumn.Double(name),
            _ => throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} is {type.Kind}."), nameof(column)),
        };
        return column.IsNullable ? made.Nullable() : made;
    }
}
