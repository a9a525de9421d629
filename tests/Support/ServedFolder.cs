using NearData.Parquet;

namespace NearData.TestSupport;

/// <summary>A folder of a test's own to serve, with datasets that the test writes.</summary>
public sealed class ServedFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-root-");
    private readonly List<string> _closed = [];

    public string Path => _folder.FullName;

    /// <summary>Writes a file of 64-bit columns, <paramref name="groups"/> row groups of the same values each.</summary>
    public void Write(string file, int groups, params (string Name, long?[] Values)[] columns)
    {
        ParquetColumn[] schema = [.. columns.Select(column => column.Values.Contains(null)
            ? ParquetColumn.Int64(column.Name).Nullable()
            : ParquetColumn.Int64(column.Name))];
        Write(file, schema, columns[0].Values.Length, groups, (writer, index) =>
        {
            long[] values = [.. columns[index].Values.Select(value => value ?? 0)];
            byte[] validity = [.. columns[index].Values.Select(value => (byte)(value is null ? 0 : 1))];
            writer.Write<long>(index, values, schema[index].IsNullable ? validity : []);
        });
    }

    /// <summary>Writes a file with any columns.</summary>
    public void Write(string file, ParquetColumn[] schema, int rows, int groups, Action<RowGroupWriter, int> writeColumn)
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using FileStream stream = File.Create(path);
        using ParquetWriter writer = new(stream, ParquetSchema.Of(schema), new ParquetWriterOptions());
        for (int group = 0; group < groups; group++)
        {
            RowGroupWriter rowGroup = writer.StartRowGroup(rows);
            for (int column = 0; column < schema.Length; column++)
            {
                writeColumn(rowGroup, column);
            }
        }

        writer.Finish();
    }

    /// <summary>Takes all rights to a folder away; others may look at the rest, as at a served root in production.</summary>
    public void Close(string folder)
    {
        Clang.Run("chmod", "755", Path);
        string path = System.IO.Path.Combine(Path, folder);
        Clang.Run("chmod", "000", path);
        _closed.Add(path);
    }

    public void Dispose()
    {
        _closed.ForEach(path => Clang.Run("chmod", "700", path));
        _folder.Delete(recursive: true);
    }
}
