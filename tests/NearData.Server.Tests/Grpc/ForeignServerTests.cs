using Google.Protobuf;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Contracts.V1;
using NearData.TestSupport;

namespace NearData.Server.Tests.Grpc;

/// <summary>The client against a server that it shares nothing with: grpc-js.</summary>
public sealed class ForeignServerTests
{
    [FactNeeding(Needs.Node)]
    public async Task The_client_understands_a_grpc_js_server()
    {
        using ForeignProcess server = ForeignProcess.GrpcJsServer();
        using GrpcConnection connection = new(new Uri($"http://127.0.0.1:{await server.ReadLineAsync()}"));

        DescribeDatasetResponse response = await DescribeAsync(connection, "some", default);
        Assert.Equal(("some", "1"), (response.Summary.Name, response.Version));

        LoadProgramRequest program = new() { Object = ByteString.CopyFrom(new byte[100_000]) };
        Assert.Equal("100000", (await connection.CallAsync(NearDataMethods.LoadProgram, program)).ProgramId);
        Assert.InRange(connection.BytesSent, 100, 10_000);

        NearDataRpcException missing = await Assert.ThrowsAsync<NearDataRpcException>(() => DescribeAsync(connection, "missing", default));
        Assert.Equal((GrpcStatusCode.NotFound, "dataset-not-found", "No dataset ‘missing’."), (missing.Status, missing.ErrorCode, missing.Detail));

        NearDataRpcException late = await Assert.ThrowsAsync<NearDataRpcException>(
            () => DescribeAsync(connection, "slow", new GrpcCallOptions(TimeSpan.FromMilliseconds(300))));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, late.Status);

        NearDataRpcException unimplemented = await Assert.ThrowsAsync<NearDataRpcException>(
            () => connection.CallAsync(NearDataMethods.ListDatasets, new ListDatasetsRequest()));
        Assert.Equal((GrpcStatusCode.Unimplemented, null), (unimplemented.Status, unimplemented.ErrorCode));

        Assert.Equal((100, null), await ExecuteAsync(connection, "some"));
        Assert.Equal((100, "dataset-not-found"), await ExecuteAsync(connection, "missing"));
    }

    [FactNeeding(Needs.PythonGrpc)]
    public async Task The_client_reads_what_the_C_core_packs()
    {
        using ForeignProcess server = ForeignProcess.PythonServer();
        using GrpcConnection connection = new(new Uri($"http://127.0.0.1:{await server.ReadLineAsync()}"));

        // The server gives back the request's bytes, whose first field is the response's program_id.
        LoadProgramRequest program = new() { Object = ByteString.CopyFromUtf8(new string('p', 100_000)) };
        LoadProgramResponse echo = await connection.CallAsync(NearDataMethods.LoadProgram, program);
        Assert.Equal(new string('p', 100_000), echo.ProgramId);

        int received = 0;
        ReadRangeRequest range = new() { Dataset = new string('d', 50_000) };
        await foreach (ReadRangeResponse item in connection.StreamAsync(NearDataMethods.ReadRange, range))
        {
            Assert.Equal(range.Dataset, item.Data.ToStringUtf8());
            received++;
        }

        Assert.Equal(5, received);
        Assert.InRange(connection.BytesReceived, 100, 10_000);
    }

    private static Task<DescribeDatasetResponse> DescribeAsync(GrpcConnection connection, string dataset, GrpcCallOptions options) =>
        connection.CallAsync(NearDataMethods.DescribeDataset, new DescribeDatasetRequest { Dataset = dataset }, options);

    private static async Task<(int Received, string? ErrorCode)> ExecuteAsync(GrpcConnection connection, string dataset)
    {
        int received = 0;
        try
        {
            await foreach (ExecuteEvent item in connection.StreamAsync(NearDataMethods.Execute, new ExecuteRequest { Dataset = dataset }))
            {
                Assert.Equal((ulong)received++, item.Progress.RowsScanned);
            }

            return (received, null);
        }
        catch (NearDataRpcException failure)
        {
            return (received, failure.ErrorCode);
        }
    }
}
