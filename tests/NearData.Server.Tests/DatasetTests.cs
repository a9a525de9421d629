using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.TestSupport;

namespace NearData.Server.Tests;

/// <summary>Datasets as clients see them: <c>ListDatasets</c>, <c>DescribeDataset</c> and <c>ReadRange</c>, and each way to fail.</summary>
public sealed class DatasetTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task Datasets_are_listed_and_described()
    {
        IReadOnlyList<DatasetSummary> datasets = await node.Client.ListDatasetsAsync();
        DescribeDatasetResponse description = await node.Client.DescribeDatasetAsync("numbers");

        Assert.Contains(datasets, dataset => dataset is { Name: "numbers", Rows: 4000, Files: 1 });
        Assert.Equal(["x", "y"], description.Columns.Select(column => column.Name));
        Assert.Equal(new ColumnRange { Minimum = 0, Maximum = 999 }, description.Columns[0].Range);
        Assert.Equal(new DatasetFile { Name = "a.parquet", Rows = 4000, RowGroups = 4, Bytes = description.Files[0].Bytes }, description.Files.Single());
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    [InlineData(100, 12_345)]
    public async Task A_range_of_a_file_comes_back_byte_for_byte(int offset, int length)
    {
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(node.Folder.Path, "numbers/a.parquet"));
        length = Math.Min(length, file.Length - offset);
        List<byte> received = [];
        await foreach (ReadOnlyMemory<byte> piece in node.Client.ReadRangeAsync("numbers", "a.parquet", offset, length))
        {
            received.AddRange(piece.Span);
        }

        Assert.Equal(file[offset..(offset + length)], received);
    }

    [Fact]
    public async Task A_range_beyond_the_file_is_refused_with_both_numbers()
    {
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => ReadAsync("numbers", "a.parquet", 1 << 20, 10));

        NodeFailure.Expect(error, ErrorCode.InvalidArgument, "1048576", "a.parquet");
    }

    [Theory]
    [InlineData("../numbers")]
    [InlineData("..")]
    [InlineData("numbers/a.parquet")]
    [InlineData("/etc")]
    public async Task A_name_that_leads_out_of_the_root_is_refused(string name)
    {
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync(name));

        NodeFailure.Expect(error, ErrorCode.PathRefused, name);
    }

    [Fact]
    public async Task A_link_that_leads_out_of_the_root_is_refused()
    {
        using ServedFolder outside = new();
        outside.Write("secret.parquet", 1, ("x", [1]));
        string link = Path.Combine(node.Folder.Path, "linked.parquet");
        File.CreateSymbolicLink(link, Path.Combine(outside.Path, "secret.parquet"));
        try
        {
            NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync("linked"));

            NodeFailure.Expect(error, ErrorCode.PathRefused, "linked.parquet");
        }
        finally
        {
            File.Delete(link);
        }
    }

    [Fact]
    public async Task A_file_that_the_dataset_does_not_have_is_named()
    {
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => ReadAsync("numbers", "../numbers/a.parquet", 0, 1));

        NodeFailure.Expect(error, ErrorCode.DatasetNotFound, "'numbers/../numbers/a.parquet'");
    }

    [Fact]
    public async Task An_unknown_dataset_is_named() =>
        NodeFailure.Expect(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync("nothing")),
            ErrorCode.DatasetNotFound,
            "There is no dataset 'nothing'.");

    [Fact]
    public async Task Other_failures_have_a_code_and_words_only() =>
        Assert.Null((await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync("nothing"))).Details);

    [Fact]
    public async Task A_truncated_file_is_corrupt_data_that_names_the_file()
    {
        byte[] whole = await File.ReadAllBytesAsync(Path.Combine(node.Folder.Path, "numbers/a.parquet"));
        Directory.CreateDirectory(Path.Combine(node.Folder.Path, "cut"));
        await File.WriteAllBytesAsync(Path.Combine(node.Folder.Path, "cut/short.parquet"), whole[..^9]);
        try
        {
            NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync("cut"));

            NodeFailure.Expect(error, ErrorCode.DataCorrupt, "short.parquet");
        }
        finally
        {
            Directory.Delete(Path.Combine(node.Folder.Path, "cut"), recursive: true);
        }
    }

    private async Task ReadAsync(string dataset, string file, long offset, long length)
    {
        await foreach (ReadOnlyMemory<byte> _ in node.Client.ReadRangeAsync(dataset, file, offset, length))
        {
        }
    }
}
