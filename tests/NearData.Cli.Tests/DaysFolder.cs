using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary>A folder of a test's own to serve, with the dataset <c>days</c> when asked for, and programs in C.</summary>
internal sealed class DaysFolder : IDisposable
{
    /// <summary>A program over <c>days</c>: the sum of <c>x</c> from a day on.</summary>
    public const string Source =
        """
        #include <neardata.h>
        struct row { __s64 x; __s32 day; };
        const volatile __s32 from;
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->day >= from; }
        SEC("reduce") int add(const struct row *r) { result.total += r->x; return 0; }
        """;

    private readonly ServedFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>Writes a file of a program's source.</summary>
    /// <returns>Its path.</returns>
    public string WriteSource(string source, string name = "source.c")
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, source);
        return path;
    }

    /// <summary>Writes the dataset: four days from 1970-01-01 on, with 10, 20, 50 and 70.</summary>
    public void WriteDays() => _folder.Write(
        "days/a.parquet",
        [ParquetColumn.Int64("x"), ParquetColumn.Date("day")],
        4,
        1,
        (writer, column) =>
        {
            if (column == 0)
            {
                writer.Write<long>(0, [10, 20, 50, 70]);
            }
            else
            {
                writer.Write<int>(1, [0, 1, 2, 3]);
            }
        });

    public void Dispose() => _folder.Dispose();
}
