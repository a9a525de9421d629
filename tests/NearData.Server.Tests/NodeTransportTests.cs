using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts.V1;
using NearData.TestSupport;

namespace NearData.Server.Tests;

public sealed class NodeTransportTests
{
    [Fact]
    public async Task A_node_with_a_certificate_serves_over_TLS_to_clients_that_trust_it()
    {
        using ServedFolder folder = new();
        folder.Write("numbers.parquet", 1, ("x", [1, 2, 3]));
        using X509Certificate2 certificate = SelfSigned();
        await using NodeHost node = await NodeHost.StartAsync(new NodeOptions
        {
            Root = folder.Path,
            Endpoint = new IPEndPoint(IPAddress.Loopback, 0),
            Certificate = certificate,
        });
        using NearDataClient trusting = NearDataClient.Connect(
            node.Address, new NearDataClientOptions { Connection = new GrpcConnectionOptions { TrustedRoots = [certificate] } });
        using NearDataClient doubting = NearDataClient.Connect(node.Address);

        IReadOnlyList<DatasetSummary> datasets = await trusting.ListDatasetsAsync();
        NearDataRpcException refused = await Assert.ThrowsAsync<NearDataRpcException>(() => doubting.ListDatasetsAsync());

        Assert.Equal("https", node.Address.Scheme);
        Assert.Equal("numbers", datasets.Single().Name);
        Assert.Equal("unavailable", refused.ErrorCode);
    }

    [Fact]
    public async Task A_root_that_is_no_folder_is_refused_with_its_name()
    {
        DirectoryNotFoundException error = await Assert.ThrowsAsync<DirectoryNotFoundException>(
            () => NodeHost.StartAsync(new NodeOptions { Root = "/nowhere/at/all" }));

        Assert.Contains("/nowhere/at/all", error.Message);
    }

    [Fact]
    public async Task A_taken_port_is_refused()
    {
        using ServedFolder folder = new();
        await using NodeHost first = await NodeHost.StartAsync(new NodeOptions { Root = folder.Path, Endpoint = new IPEndPoint(IPAddress.Loopback, 0) });

        await Assert.ThrowsAnyAsync<IOException>(() => NodeHost.StartAsync(new NodeOptions
        {
            Root = folder.Path,
            Endpoint = new IPEndPoint(IPAddress.Loopback, first.Address.Port),
        }));
    }

    private static X509Certificate2 SelfSigned()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
