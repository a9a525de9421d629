using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Contracts.V1;

namespace NearData.Server.Tests.Grpc;

public sealed class TransportTests
{
    [Fact]
    public async Task A_call_over_TLS_reaches_a_node_whose_root_is_trusted()
    {
        using X509Certificate2 certificate = SelfSigned();
        await using GrpcNode node = await GrpcNode.StartAsync(certificate);
        using GrpcConnection connection = node.Connect(new GrpcConnectionOptions { TrustedRoots = [certificate] });
        Assert.Equal("https", node.Address.Scheme);
        ListDatasetsResponse response = await connection.CallAsync(NearDataMethods.ListDatasets, new ListDatasetsRequest());
        Assert.Single(response.Datasets);
        // The certificate itself crossed the socket, so the count is taken below TLS.
        Assert.InRange(connection.BytesReceived, certificate.RawData.Length + 500, 10_000);
    }

    [Fact]
    public async Task A_node_whose_root_is_not_trusted_is_unavailable()
    {
        using X509Certificate2 certificate = SelfSigned();
        await using GrpcNode node = await GrpcNode.StartAsync(certificate);
        using GrpcConnection connection = node.Connect();
        NearDataRpcException failure = await ListFailsAsync(connection);
        Assert.Equal((GrpcStatusCode.Unavailable, "unavailable"), (failure.Status, failure.ErrorCode));
        Assert.Contains("SSL", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unavailable_and_transient()
    {
        using Socket closed = new(SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // Bound and not listening: no one else gets the port.
        Uri address = new($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}");
        using GrpcConnection connection = new(address);
        NearDataRpcException failure = await ListFailsAsync(connection);
        Assert.Equal((GrpcStatusCode.Unavailable, "unavailable"), (failure.Status, failure.ErrorCode));
        Assert.True(failure.IsTransient);
        Assert.Equal((address, "/neardata.v1.NearData/ListDatasets"), (failure.Server, failure.Method));
    }

    [Fact]
    public async Task A_host_that_accepts_and_says_nothing_costs_a_call_its_deadline_and_no_more()
    {
        using TcpListener mute = new(IPAddress.Loopback, 0);
        mute.Start();
        using GrpcConnection connection = new(new Uri($"http://{mute.LocalEndpoint}"));
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(() => connection.CallAsync(
            NearDataMethods.ListDatasets, new ListDatasetsRequest(), new GrpcCallOptions(TimeSpan.FromMilliseconds(300))));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Status);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_a_call_is_unavailable_and_the_next_call_opens_another()
    {
        using TcpListener fragile = new(IPAddress.Loopback, 0);
        fragile.Start();
        using GrpcConnection connection = new(new Uri($"http://{fragile.LocalEndpoint}"));
        // Many: the reset meets the client before its handshake, within it and after, and each place throws another exception.
        for (int attempt = 0; attempt < 300; attempt++)
        {
            Task<NearDataRpcException> call = ListFailsAsync(connection);
            using (Socket accepted = await fragile.AcceptSocketAsync())
            {
                accepted.LingerState = new LingerOption(enable: true, seconds: 0); // A reset rather than an end.
            }

            Assert.Equal(GrpcStatusCode.Unavailable, (await call).Status);
        }
    }

    [Fact]
    public async Task A_node_that_stops_leaves_its_clients_with_a_typed_failure()
    {
        GrpcNode node = await GrpcNode.StartAsync();
        using GrpcConnection connection = node.Connect();
        await connection.CallAsync(NearDataMethods.ListDatasets, new ListDatasetsRequest());
        await node.DisposeAsync();
        Assert.Equal(GrpcStatusCode.Unavailable, (await ListFailsAsync(connection)).Status);
    }

    [Fact]
    public async Task Bytes_are_counted_at_the_socket()
    {
        await using GrpcNode node = await GrpcNode.StartAsync();
        using GrpcConnection connection = node.Connect();
        Assert.Equal((0, 0), (connection.BytesSent, connection.BytesReceived));
        long messages = 0;
        await foreach (ReadRangeResponse chunk in connection.StreamAsync(NearDataMethods.ReadRange, new ReadRangeRequest { Length = 10_000_000 }))
        {
            messages += chunk.CalculateSize();
        }

        // 5 bytes of prefix a message and 9 bytes a frame of at most 16 KiB: well under one part in a hundred.
        Assert.InRange(connection.BytesReceived, messages + 5 * 153, messages * 101 / 100);
        Assert.InRange(connection.BytesSent, 200, 50_000);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("/relative")]
    public void Only_http_and_https_are_addresses_of_nodes(string address) =>
        Assert.Throws<ArgumentException>(() => new GrpcConnection(new Uri(address, UriKind.RelativeOrAbsolute)));

    private static Task<NearDataRpcException> ListFailsAsync(GrpcConnection connection) =>
        Assert.ThrowsAsync<NearDataRpcException>(() => connection.CallAsync(NearDataMethods.ListDatasets, new ListDatasetsRequest()));

    private static X509Certificate2 SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=neardata-test", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        // Kestrel needs the private key in a form that outlives this method's key object.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
