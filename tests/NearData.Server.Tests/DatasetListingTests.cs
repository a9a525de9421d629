using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NearData.Client;
using NearData.Contracts.V1;
using NearData.Server.Grpc;
using NearData.TestSupport;

namespace NearData.Server.Tests;

/// <summary>One dataset that can't be read hides none of the others.</summary>
public sealed class DatasetListingTests
{
    [Fact]
    public async Task A_broken_dataset_is_listed_with_its_problem_beside_the_others()
    {
        using ServedFolder folder = new();
        folder.Write("good.parquet", 1, ("x", [1, 2]));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "bad.parquet"), "this is no Parquet file");
        await using NodeHost host = await NodeHost.StartAsync(new NodeOptions { Root = folder.Path, Endpoint = new IPEndPoint(IPAddress.Loopback, 0) });
        using NearDataClient client = NearDataClient.Connect(host.Address);

        IReadOnlyList<DatasetSummary> datasets = await client.ListDatasetsAsync();

        Assert.Equal(["bad", "good"], datasets.Select(dataset => dataset.Name));
        Assert.StartsWith("data-corrupt: ", datasets[0].Problem);
        Assert.Contains("bad.parquet", datasets[0].Problem);
        Assert.Equal(("", 2u), (datasets[1].Problem, datasets[1].Rows));
    }

    [Fact]
    public async Task A_folder_that_may_not_be_read_is_listed_with_its_problem_beside_the_others()
    {
        using ServedFolder folder = new();
        folder.Write("good/a.parquet", 1, ("x", [1, 2]));
        folder.Write("parts/key=1/a.parquet", 1, ("x", [1, 2]));
        folder.Write("secret/a.parquet", 1, ("x", [1, 2]));
        folder.Close("secret");
        folder.Close("parts/key=1");
        using NodeService service = new(new NodeOptions { Root = folder.Path }, _ => { }, new GuardAlarm(NullLogger.Instance), TimeProvider.System);

        ListDatasetsResponse response = await OtherUser.Ask(() =>
            service.ListDatasetsAsync(new ListDatasetsRequest(), new GrpcCallContext("", "", Tenant: null, CancellationToken.None)));

        Assert.Equal(["good", "parts", "secret"], response.Datasets.Select(dataset => dataset.Name));
        Assert.Equal(("", 2u), (response.Datasets[0].Problem, response.Datasets[0].Rows));
        Assert.Equal("device-failed: 'parts/key=1' can't be read: the node's user may not read it.", response.Datasets[1].Problem);
        Assert.Equal("device-failed: 'secret' can't be read: the node's user may not read it.", response.Datasets[2].Problem);
    }
}
