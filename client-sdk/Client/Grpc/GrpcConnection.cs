using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using NearData.Contracts.Grpc;

namespace NearData.Client.Grpc;

/// <summary>
/// A connection to one node: HTTP/2, without TLS for an http address (prior knowledge) and with it for https. The socket
/// is opened by the first call and again after it broke. Any thread; calls run side by side on it.
/// </summary>
public sealed class GrpcConnection : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly ByteCounter _counter = new();
    private readonly GrpcConnectionOptions _options;

    /// <param name="address">The node, such as <c>http://127.0.0.1:7400</c>.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">The address is neither http nor https.</exception>
    public GrpcConnection(Uri address, GrpcConnectionOptions? options = null)
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"{address} is no http or https address.", nameof(address));
        }

        Address = address;
        _options = options ?? new GrpcConnectionOptions();
        _http = new HttpMessageInvoker(CreateHandler());
    }

    /// <summary>The node's address, as given.</summary>
    public Uri Address { get; }

    /// <summary>Bytes written to the network so far, with the framing of HTTP/2 and TLS.</summary>
    public long BytesSent => _counter.Sent;

    /// <summary>Bytes read from the network so far, with the framing of HTTP/2 and TLS.</summary>
    public long BytesReceived => _counter.Received;

    /// <summary>Makes one call with one response.</summary>
    /// <exception cref="NearDataRpcException">The call failed, or its timeout passed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired: the node stops working on it.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        UnaryMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions options = default, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using GrpcCall<TRequest, TResponse> call = new(Address, method, _options, options, cancellationToken);
        await call.StartAsync(_http, request);
        return await call.ReadSingleAsync();
    }

    /// <summary>Makes one call with a stream of responses. It starts with the enumeration; leaving the enumeration cancels it.</summary>
    /// <exception cref="NearDataRpcException">The call failed, or its timeout passed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired: the node stops working on it.</exception>
    public async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        ServerStreamingMethod<TRequest, TResponse> method,
        TRequest request,
        GrpcCallOptions options = default,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using GrpcCall<TRequest, TResponse> call = new(Address, method, _options, options, cancellationToken);
        await call.StartAsync(_http, request);
        while (await call.ReadAsync() is { } response)
        {
            yield return response;
        }
    }

    /// <summary>Closes the connection; calls under way fail.</summary>
    public void Dispose() => _http.Dispose();

    private SocketsHttpHandler CreateHandler()
    {
        SocketsHttpHandler handler = new()
        {
            // The node is spoken to directly: through a proxy the counted bytes would be the proxy's.
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = _options.ConnectTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = ConnectAsync,
        };
        if (_options.TrustedRoots is { } roots)
        {
            X509ChainPolicy policy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                // A private root publishes no revocation list.
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(roots);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return handler;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // Without Nagle's delay: a call is a few small frames, each of which the node waits for.
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new CountingStream(socket, _counter);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
