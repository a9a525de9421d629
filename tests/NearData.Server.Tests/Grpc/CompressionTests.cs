using System.IO.Compression;
using Google.Protobuf;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;

namespace NearData.Server.Tests.Grpc;

public sealed class CompressionTests : IAsyncLifetime
{
    private GrpcNode _node = null!;

    public async Task InitializeAsync() => _node = await GrpcNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_compressible_request_crosses_the_network_packed()
    {
        using GrpcConnection packing = _node.Connect();
        using GrpcConnection plain = _node.Connect(new GrpcConnectionOptions { CompressionThresholdBytes = null });
        LoadProgramRequest request = new() { Object = ByteString.CopyFrom(new byte[90_000]) };
        LoadProgramResponse one = await packing.CallAsync(NearDataMethods.LoadProgram, request);
        LoadProgramResponse other = await plain.CallAsync(NearDataMethods.LoadProgram, request);
        Assert.Equal(other.ProgramId, one.ProgramId);
        Assert.InRange(packing.BytesSent, 100, 2_000);
        Assert.InRange(plain.BytesSent, 90_000, 92_000);
    }

    [Fact]
    public async Task A_compressible_response_crosses_the_network_packed()
    {
        using GrpcConnection connection = _node.Connect();
        DescribeDatasetResponse response = await connection.CallAsync(
            NearDataMethods.DescribeDataset, new DescribeDatasetRequest { Dataset = "compressible" });
        Assert.Equal(new string('v', 50_000), response.Version);
        Assert.InRange(connection.BytesReceived, 100, 2_000);
    }

    [Fact]
    public async Task A_method_that_never_packs_does_not()
    {
        using GrpcConnection connection = _node.Connect();
        await foreach (ReadRangeResponse chunk in connection.StreamAsync(NearDataMethods.ReadRange, new ReadRangeRequest { Length = 1 }))
        {
            Assert.Equal(64 * 1024, chunk.Data.Length);
        }

        Assert.InRange(connection.BytesReceived, 64 * 1024, 66 * 1024);
    }

    [Theory]
    [InlineData("identity", 0)]
    [InlineData("deflate, gzip", 1)]
    public async Task A_response_is_packed_only_for_a_client_that_reads_gzip(string accepted, byte flag)
    {
        using RawClient raw = new(_node.Address);
        RawResponse response = await raw.PostAsync(
            NearDataMethods.DescribeDataset.Path,
            RawClient.Frame(new DescribeDatasetRequest { Dataset = "compressible" }),
            ("grpc-accept-encoding", accepted));
        Assert.Equal("0", response.Status);
        Assert.Equal(flag, response.Body[0]);
        Assert.Equal(flag == 1 ? "gzip" : null, response.Find("grpc-encoding"));
    }

    [Fact]
    public async Task A_small_response_stays_plain_for_a_client_that_reads_gzip()
    {
        using RawClient raw = new(_node.Address);
        RawResponse response = await raw.PostAsync(
            NearDataMethods.ListDatasets.Path, RawClient.Frame(new ListDatasetsRequest()), ("grpc-accept-encoding", "gzip"));
        Assert.Equal("0", response.Status);
        Assert.Equal(0, response.Body[0]);
    }

    [Fact]
    public async Task A_request_that_unpacks_to_more_than_the_limit_is_refused()
    {
        byte[] bomb = Gzip(new LoadProgramRequest { Object = ByteString.CopyFrom(new byte[50_000_000]) }.ToByteArray());
        Assert.InRange(bomb.Length, 1, GrpcNode.MaxReceiveBytes);
        RawResponse response = await PostPackedAsync(bomb);
        Assert.Equal("8", response.Status);
        Assert.Equal("message-too-large", response.ErrorCode);
        Assert.Equal("A message unpacks to more than the 100000 bytes that are allowed.", response.Message);
    }

    [Fact]
    public async Task A_packed_request_that_ends_early_is_a_protocol_violation_wherever_it_ends()
    {
        // A message of many fields that may each be the last: a cut must be found by gzip, since protobuf can't find it.
        byte[] plain = [.. Enumerable.Repeat(new byte[] { 18, 0 }, 100).SelectMany(field => field)];
        byte[] whole = Gzip(plain);
        Assert.Equal("0", (await PostPackedAsync(whole)).Status);
        for (int length = 0; length < whole.Length; length++)
        {
            RawResponse cut = await PostPackedAsync(whole[..length]);
            Assert.Equal((length, "13", "protocol-violation"), (length, cut.Status, cut.ErrorCode));
        }
    }

    [Fact]
    public async Task A_packed_request_that_is_no_gzip_is_a_protocol_violation()
    {
        RawResponse response = await PostPackedAsync([.. Enumerable.Repeat((byte)0x5A, 40)]);
        Assert.Equal(("13", "protocol-violation"), (response.Status, response.ErrorCode));
        Assert.StartsWith("A message is not valid gzip: ", response.Message, StringComparison.Ordinal);
    }

    private async Task<RawResponse> PostPackedAsync(byte[] packed)
    {
        using RawClient raw = new(_node.Address);
        return await raw.PostAsync(NearDataMethods.LoadProgram.Path, RawClient.Frame(1, packed), ("grpc-encoding", "gzip"));
    }

    private static byte[] Gzip(byte[] plain)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }
}
