using System.Globalization;
using NearData.TestSupport;

namespace NearData.Formats.Tests;

/// <summary>One DuckDB process and a folder for its files.</summary>
public sealed class OracleFixture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-formats-");
    private readonly Lazy<DuckDb> _duckDb = new(() => new DuckDb());

    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    public string?[][] Ask(string sql) => _duckDb.Value.Query(sql);

    /// <summary>All rows of a table function's answer, as <see cref="TextRows"/> shows them.</summary>
    public List<string?[]> Rows(string table, IEnumerable<SchemaColumn> columns)
    {
        SchemaColumn[] all = [.. columns];
        string list = string.Join(", ", all.Select(column => Shown(column)));
        return [.. Ask($"SELECT {list} FROM {table}").Select(row => row.Select((value, index) => Canonical(value, all[index].Type)).ToArray())];
    }

    public void Dispose()
    {
        if (_duckDb.IsValueCreated)
        {
            _duckDb.Value.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static string Shown(SchemaColumn column)
    {
        string name = string.Join('.', column.Name.Split('.').Select(part => $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        return column.Type.Kind switch
        {
            TextKind.Bool => $"{name}::INT",
            // JavaScript's text has no negative zero.
            TextKind.Double => $"{name}::VARCHAR",
            TextKind.Date => $"{name} - DATE '1970-01-01'",
            TextKind.Timestamp => $"epoch_us({name})",
            TextKind.Decimal => $"replace({name}::VARCHAR, '.', '')",
            _ => name,
        };
    }

    private static string? Canonical(string? value, TextType type) => (value, type.Kind) switch
    {
        (null, _) => null,
        (_, TextKind.Double) => double.Parse(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
        (_, TextKind.Decimal) => Int128.Parse(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        _ => value,
    };
}
