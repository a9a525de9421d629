using System.Diagnostics;
using NearData.Engine.Datasets;
using NearData.Engine.Formats;
using NearData.Engine.Formats.Parquet;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

public sealed class CatalogTests : IDisposable
{
    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;

    public CatalogTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folders_with_parquet_files_and_such_files_at_the_root_are_datasets()
    {
        _folder.Write("orders/a.parquet", 1, ("x", [1]));
        _folder.Write("lines.parquet", 1, ("x", [1]));
        _folder.Write("empty/.unfinished.parquet", 1, ("x", [1]));
        File.WriteAllText(Path.Combine(_folder.Path, "notes.txt"), "no data");

        Assert.Equal(["lines", "orders"], _catalog.List().AsEnumerable());
    }

    [Fact]
    public void Hidden_folders_are_no_datasets()
    {
        _folder.Write("orders/a.parquet", 1, ("x", [1]));
        _folder.Write(".building/a.parquet", 1, ("x", [1]));
        _folder.Write("_old/a.parquet", 1, ("x", [1]));

        Assert.Equal(["orders"], _catalog.List().AsEnumerable());
    }

    [Fact]
    public void A_folder_that_may_not_be_read_is_listed_and_says_so_when_it_is_opened()
    {
        _folder.Write("orders/a.parquet", 1, ("x", [1]));
        _folder.Write("secret/a.parquet", 1, ("x", [1]));
        _folder.Close("secret");

        Assert.Equal(["orders", "secret"], OtherUser.Ask(_catalog.List).AsEnumerable());
        Assert.Equal(
            "'secret' can't be read: the node's user may not read it.",
            Assert.Throws<ServedFileException>(() => OtherUser.Ask(() => _catalog.Open("secret"))).Message);
    }

    [Fact]
    public void A_dataset_has_the_columns_rows_and_statistics_of_all_its_files()
    {
        _folder.Write("d/a.parquet", 2, ("x", [5, 7]), ("y", [null, 3]));
        _folder.Write("d/b.parquet", 1, ("x", [-1, 2]), ("y", [9, 9]));

        Dataset dataset = _catalog.Open("d");

        Assert.Equal(6, dataset.RowCount);
        Assert.Equal(["a.parquet", "b.parquet"], dataset.Files.Select(file => file.Name));
        Assert.Equal(new DatasetColumn("x", new ColumnType(ColumnKind.Int64), false, 0, (-1, 7)), dataset.FindColumn("x"));
        Assert.Equal(new DatasetColumn("y", new ColumnType(ColumnKind.Int64), true, 2, (3, 9)), dataset.FindColumn("y"));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("/etc")]
    public void A_name_that_is_no_plain_entry_is_refused(string name)
    {
        PathRefusedException error = Assert.Throws<PathRefusedException>(() => _catalog.Open(name));

        Assert.Equal(name, error.Name);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    public void A_link_that_leads_out_of_the_root_is_refused(string what)
    {
        using ServedFolder outside = new();
        outside.Write("secret.parquet", 1, ("x", [1]));
        string link = Path.Combine(_folder.Path, "d");
        if (what == "folder")
        {
            Directory.CreateSymbolicLink(link, outside.Path);
        }
        else
        {
            Directory.CreateDirectory(link);
            File.CreateSymbolicLink(Path.Combine(link, "a.parquet"), Path.Combine(outside.Path, "secret.parquet"));
        }

        Assert.Throws<PathRefusedException>(() => _catalog.Open("d"));
    }

    [Fact]
    public void A_link_inside_the_root_is_followed()
    {
        _folder.Write("store/a.parquet", 1, ("x", [1, 2, 3]));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "alias"), "store");

        Assert.Equal(3, _catalog.Open("alias").RowCount);
    }

    [Fact]
    public void A_root_below_a_linked_folder_is_served()
    {
        using ServedFolder above = new();
        _folder.Write("data/d.parquet", 1, ("x", [1, 2, 3]));
        string link = Path.Combine(above.Path, "link");
        Directory.CreateSymbolicLink(link, _folder.Path);

        Assert.Equal(3, new Catalog(new ServedRoot(Path.Combine(link, "data"))).Open("d").RowCount);
    }

    [Fact]
    public void A_folder_without_data_does_not_hide_the_file_of_its_name()
    {
        _folder.Write("d.parquet", 1, ("x", [1]));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "d"));

        Assert.Equal(["d"], _catalog.List().Select(name => _catalog.Open(name).Name));
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("link to a pipe")]
    [InlineData("empty file")]
    public async Task What_has_no_bytes_is_refused_without_waiting_for_any(string what)
    {
        using ServedFolder elsewhere = new();
        string path = Path.Combine(what == "link to a pipe" ? elsewhere.Path : _folder.Path, "d.parquet");
        if (what == "empty file")
        {
            File.WriteAllBytes(path, []);
        }
        else
        {
            using Process make = Process.Start("mkfifo", [path]);
            await make.WaitForExitAsync();
        }

        if (what == "link to a pipe")
        {
            File.CreateSymbolicLink(Path.Combine(_folder.Path, "d.parquet"), path);
        }

        FileFormatException error = await Assert.ThrowsAsync<FileFormatException>(
            () => Task.Run(() => _catalog.Open("d")).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("d.parquet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_rows_than_can_be_counted_are_refused()
    {
        ParquetMetadata claim = new() { Schema = ParquetSchema.Of([ParquetColumn.Int64("x")]), RowCount = long.MaxValue, RowGroups = [] };
        DatasetFile file = new("a.parquet", "a.parquet", default, new ParquetContent(claim));

        DatasetSchemaException error = Assert.Throws<DatasetSchemaException>(
            () => DatasetColumns.Unify("d", [file, file with { Name = "b.parquet" }], []));
        Assert.Equal("b.parquet", error.File);
    }

    [Fact]
    public void A_dataset_that_is_not_there_is_named()
    {
        DatasetNotFoundException error = Assert.Throws<DatasetNotFoundException>(() => _catalog.Open("nothing"));

        Assert.Contains("'nothing'", error.Message);
    }

    [Fact]
    public void Files_with_other_columns_are_refused_with_both_sides()
    {
        _folder.Write("d/a.parquet", 1, ("x", [1]), ("y", [1]));
        _folder.Write("d/b.parquet", 1, ("x", [1]), ("z", [1]));

        DatasetSchemaException error = Assert.Throws<DatasetSchemaException>(() => _catalog.Open("d"));

        Assert.Equal("Dataset 'd': b.parquet lacks column 'y', which a.parquet has.", error.Message);
    }

    [Fact]
    public void Files_with_other_types_are_refused_with_both_sides()
    {
        _folder.Write("d/a.parquet", 1, ("x", [1]));
        _folder.Write("d/b.parquet", [ParquetColumn.Decimal("x", 15, 2)], 1, 1, (writer, _) => writer.Write<long>(0, [1]));

        DatasetSchemaException error = Assert.Throws<DatasetSchemaException>(() => _catalog.Open("d"));

        Assert.Equal("Dataset 'd': b.parquet has column 'x' as DECIMAL(15,2), and a.parquet as INT64.", error.Message);
    }

    [Fact]
    public void A_replaced_file_gives_another_version_and_other_rows()
    {
        _folder.Write("d/a.parquet", 1, ("x", [1]));
        Dataset before = _catalog.Open("d");
        Assert.Same(before, _catalog.Open("d"));

        _folder.Write("d/a.parquet", 1, ("x", [1, 2]));

        Dataset after = _catalog.Open("d");
        Assert.NotEqual(before.Version, after.Version);
        Assert.Equal(2, after.RowCount);
        Assert.Throws<DatasetChangedException>(() => _catalog.OpenFile(before, before.Files[0]));
    }

    [Fact]
    public void A_file_that_is_no_parquet_is_an_error_that_names_it()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "d"));
        File.WriteAllText(Path.Combine(_folder.Path, "d", "a.parquet"), "this is not a Parquet file at all");

        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => _catalog.Open("d"));

        Assert.Contains("a.parquet", error.Message);
    }

    [Theory]
    [InlineData(0, typeof(FileFormatException))]
    [InlineData(3, typeof(ParquetFormatException))]
    public void A_file_too_short_for_a_trailer_is_an_error_that_names_it(int length, Type error)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "d"));
        File.WriteAllBytes(Path.Combine(_folder.Path, "d", "a.parquet"), new byte[length]);

        Assert.Contains("a.parquet", Assert.Throws(error, () => _catalog.Open("d")).Message);
    }
}
