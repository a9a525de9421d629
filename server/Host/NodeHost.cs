using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NearData.Contracts;
using NearData.Server.Grpc;
using NearData.Storage;

namespace NearData.Server;

/// <summary>A running node: Kestrel with the gRPC service over a served root. Dispose stops it and waits for calls under way.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    /// <summary>Bytes of the largest request of the methods that take names and numbers only.</summary>
    private static readonly GrpcMethodOptions SmallRequests = new(MaxReceiveMessageBytes: 64 * 1024);

    private readonly WebApplication _application;
    private readonly NodeService _service;

    private NodeHost(WebApplication application, NodeService service, Uri address)
    {
        _application = application;
        _service = service;
        Address = address;
    }

    /// <summary>Where clients reach it, with the port that was taken.</summary>
    public Uri Address { get; }

    /// <summary>Starts a node; returns when it answers calls.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="configureLogging">Where its log goes; null: nowhere.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="DirectoryNotFoundException">The root is no folder.</exception>
    /// <exception cref="IOException">The address can't be had.</exception>
    public static async Task<NodeHost> StartAsync(NodeOptions options, Action<ILoggingBuilder>? configureLogging = null, CancellationToken cancellation = default)
    {
        // Empty: no settings files and no watchers over whatever folder the process was started in.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        configureLogging?.Invoke(builder.Logging);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        if (options.Certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (options.Certificate is { } certificate)
            {
                listen.UseHttps(certificate);
            }
        }));

        WebApplication application = builder.Build();
        NodeService? service = null;
        try
        {
            ILoggerFactory loggers = application.Services.GetRequiredService<ILoggerFactory>();
            ILogger logger = loggers.CreateLogger("NearData.Storage");
            GuardAlarm alarm = new(loggers.CreateLogger("NearData.Guards"));
            service = new NodeService(options, choice => NodeLog.ReadingChosen(logger, choice), alarm, TimeProvider.System);
            Map(application, service);
            await application.StartAsync(cancellation);
        }
        catch
        {
            await application.DisposeAsync();
            service?.Dispose();
            throw;
        }

        return new NodeHost(application, service, AddressOf(application, options));
    }

    /// <summary>Completes when the node was asked to stop (by a signal, or <see cref="DisposeAsync"/>).</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) => ((IHost)_application).WaitForShutdownAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _service.Dispose();
    }

    private static void Map(WebApplication application, NodeService service) =>
        application.MapGrpc(new GrpcServerOptions { DescribeException = Failures.Describe })
            .Unary(NearDataMethods.ListDatasets, service.ListDatasetsAsync, SmallRequests)
            .Unary(NearDataMethods.DescribeDataset, service.DescribeDatasetAsync, SmallRequests)
            .Unary(NearDataMethods.LoadProgram, service.LoadProgramAsync)
            .ServerStreaming(NearDataMethods.Trace, service.TraceAsync, SmallRequests)
            .Unary(NearDataMethods.ListPrograms, service.Programs.ListAsync, SmallRequests)
            .Unary(NearDataMethods.SetStatistics, service.Programs.SetStatisticsAsync, SmallRequests)
            .Unary(NearDataMethods.UnloadProgram, service.Programs.UnloadAsync, SmallRequests)
            .Unary(NearDataMethods.ListMaps, service.Programs.ListMapsAsync, SmallRequests)
            .Unary(NearDataMethods.ReadMap, service.Programs.ReadMapAsync, SmallRequests)
            .Unary(NearDataMethods.LookupMap, service.Programs.LookupMapAsync, SmallRequests)
            .Unary(NearDataMethods.UpdateMap, service.Programs.UpdateMapAsync)
            .Unary(NearDataMethods.DeleteMap, service.Programs.DeleteMapAsync)
            .ServerStreaming(NearDataMethods.Execute, service.ExecuteAsync, SmallRequests)
            .Unary(NearDataMethods.Explain, service.ExplainAsync, SmallRequests)
            .ServerStreaming(NearDataMethods.ReadRange, service.ReadRangeAsync, SmallRequests with { Compression = ResponseCompression.Never });

    private static Uri AddressOf(WebApplication application, NodeOptions options)
    {
        string bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        int port = new Uri(bound.Replace("[::]", "localhost", StringComparison.Ordinal)).Port;
        string host = IPAddress.Any.Equals(options.Endpoint.Address) || IPAddress.IPv6Any.Equals(options.Endpoint.Address)
            ? "localhost"
            : new UriBuilder { Host = options.Endpoint.Address.ToString() }.Host;
        return new UriBuilder(options.Certificate is null ? "http" : "https", host, port).Uri;
    }
}
