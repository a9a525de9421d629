using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Server.Grpc;

namespace NearData.Server.Tests.Grpc;

/// <summary>
/// A service with the contract's methods and none of the product behind them, on Kestrel at a free loopback port. What a
/// call does is chosen by the dataset that it names.
/// </summary>
internal sealed class GrpcNode : IAsyncDisposable
{
    public const int MaxReceiveBytes = 100_000;
    public const int MaxSendBytes = 200_000;

    private readonly WebApplication _app;
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GrpcNode(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Completes when a handler waits for its cancellation token.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a handler saw its cancellation token fire.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Messages that the handlers have written so far.</summary>
    public int Written { get; private set; }

    /// <summary>Exceptions that the node has logged as errors.</summary>
    public ConcurrentQueue<Exception> Logged { get; } = [];

    public static async Task<GrpcNode> StartAsync(X509Certificate2? certificate = null, HttpProtocols protocols = HttpProtocols.Http2)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        WebApplication app = builder.Build();
        GrpcNode node = new(app);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(new ErrorLog(node.Logged));
        GrpcServerOptions options = new()
        {
            MaxReceiveMessageBytes = MaxReceiveBytes,
            MaxSendMessageBytes = MaxSendBytes,
            DescribeException = failure => failure is FormatException ? new RpcError(ErrorCode.DataCorrupt, failure.Message) : null,
        };
        app.MapGrpc(options)
            .Unary(NearDataMethods.ListDatasets, node.ListDatasetsAsync, new GrpcMethodOptions(MaxReceiveMessageBytes: 10))
            .Unary(NearDataMethods.DescribeDataset, node.DescribeDatasetAsync)
            .Unary(NearDataMethods.LoadProgram, LoadProgramAsync)
            .ServerStreaming(NearDataMethods.Execute, node.ExecuteAsync)
            .ServerStreaming(NearDataMethods.ReadRange, node.ReadRangeAsync, new GrpcMethodOptions(Compression: ResponseCompression.Never));
        await app.StartAsync();
        return node;
    }

    public GrpcConnection Connect(GrpcConnectionOptions? options = null) => new(Address, options);

    /// <summary>Lets a stubborn handler end.</summary>
    public void Release() => _release.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        using CancellationTokenSource now = new(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private Task<ListDatasetsResponse> ListDatasetsAsync(ListDatasetsRequest request, GrpcCallContext context) =>
        Task.FromResult(new ListDatasetsResponse { Datasets = { new DatasetSummary { Name = context.Method, Rows = 7 } } });

    private async Task<DescribeDatasetResponse> DescribeDatasetAsync(DescribeDatasetRequest request, GrpcCallContext context)
    {
        await ActAsync(request.Dataset, context.CancellationToken);
        int letters = request.Dataset switch { "compressible" => 50_000, "oversized" => MaxSendBytes + 1, _ => 0 };
        return new DescribeDatasetResponse
        {
            Summary = new DatasetSummary { Name = request.Dataset },
            Version = new string('v', letters),
        };
    }

    private static Task<LoadProgramResponse> LoadProgramAsync(LoadProgramRequest request, GrpcCallContext context) =>
        Task.FromResult(new LoadProgramResponse { ProgramId = Convert.ToHexStringLower(SHA256.HashData(request.Object.Span)) });

    private async Task ExecuteAsync(ExecuteRequest request, IGrpcStream<ExecuteEvent> events, GrpcCallContext context)
    {
        int count = request.Dataset == "endless" ? int.MaxValue : (int)(request.Parameters.SingleOrDefault()?.Unsigned ?? 0);
        for (int index = 0; index < count; index++)
        {
            await events.WriteAsync(new ExecuteEvent { Progress = new Progress { RowsScanned = (ulong)index } });
            Written++;
            if (request.Dataset == "endless")
            {
                await ActAsync("slow", context.CancellationToken);
            }
        }

        await ActAsync(request.Dataset, context.CancellationToken);
        await events.WriteAsync(new ExecuteEvent { Answer = new Answer { Counters = new Counters { RowsScanned = (ulong)count } } });
    }

    private async Task ReadRangeAsync(ReadRangeRequest request, IGrpcStream<ReadRangeResponse> chunks, GrpcCallContext context)
    {
        ByteString chunk = ByteString.CopyFrom(new byte[64 * 1024]);
        for (ulong sent = 0; sent < request.Length; sent += (ulong)chunk.Length)
        {
            await chunks.WriteAsync(new ReadRangeResponse { Data = chunk });
            Written++;
        }
    }

    private async Task ActAsync(string dataset, CancellationToken cancellationToken)
    {
        switch (dataset)
        {
            case "missing":
                throw new RpcException(ErrorCode.DatasetNotFound, "No dataset 'missing' – es gibt ihn nicht.");
            case "corrupt":
                throw new FormatException("The footer of a.parquet is damaged at byte 17.");
            case "defect":
                throw new InvalidOperationException("a secret of the node");
            case "stubborn":
                await _release.Task;
                break;
            case "slow":
                Waiting.TrySetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    Cancelled.TrySetResult();
                }

                break;
        }
    }

    private sealed class ErrorLog(ConcurrentQueue<Exception> logged) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null && IsEnabled(logLevel))
            {
                logged.Enqueue(exception);
            }
        }

        public void Dispose()
        {
        }
    }
}
