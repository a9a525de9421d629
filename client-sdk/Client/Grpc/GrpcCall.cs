using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using NearData.Contracts;
using NearData.Contracts.Grpc;

namespace NearData.Client.Grpc;

/// <summary>One call, from its request to its status. One operation at a time; disposing it cancels what is left of it.</summary>
internal sealed class GrpcCall<TRequest, TResponse> : IDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    // The longest that a timer can wait; longer timeouts are none.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    // What one read of the transport asks for: a whole data frame of HTTP/2's default size.
    private static readonly StreamPipeReaderOptions Reading = new(bufferSize: 16 * 1024);

    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly GrpcConnectionOptions _limits;
    private readonly TimeSpan? _timeout;
    private readonly string? _tenant;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _stop;
    private readonly GrpcFailure _failure;
    private HttpResponseMessage? _response;
    private PipeReader? _body;
    private MessageReader? _messages;

    public GrpcCall(
        Uri server, GrpcMethod<TRequest, TResponse> method, GrpcConnectionOptions limits, GrpcCallOptions options, CancellationToken caller)
    {
        _method = method;
        _limits = limits;
        _timeout = options.Timeout;
        _tenant = options.Tenant;
        _caller = caller;
        _failure = new GrpcFailure(server, method.Path);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller);
        if (_timeout <= LongestTimeout)
        {
            _stop.CancelAfter(_timeout.Value);
        }
    }

    /// <summary>Sends the request and waits for the response's headers.</summary>
    public async Task StartAsync(HttpMessageInvoker http, TRequest request)
    {
        try
        {
            _response = await http.SendAsync(ToHttp(request), _stop.Token);
            if (_failure.OfHead(_response) is { } refused)
            {
                throw refused;
            }

            string? encoding = _response.Headers.TryGetValues(GrpcHeader.Encoding, out IEnumerable<string>? named) ? named.First() : null;
            _body = PipeReader.Create(await _response.Content.ReadAsStreamAsync(_stop.Token), Reading);
            _messages = new MessageReader(_body, encoding, _limits.MaxReceiveMessageBytes);
        }
        catch (Exception thrown) when (GrpcFailure.CanExplain(thrown))
        {
            throw Explain(thrown);
        }
    }

    /// <summary>The next response, or null where the call ended well.</summary>
    public async Task<TResponse?> ReadAsync()
    {
        try
        {
            return await _messages!.ReadAsync(_method.Responses, _stop.Token)
                ?? (_failure.OfTrailers(_response!) is { } failed ? throw failed : null);
        }
        catch (Exception thrown) when (GrpcFailure.CanExplain(thrown))
        {
            throw Explain(thrown);
        }
    }

    /// <summary>The one response of a unary call that ended well.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        TResponse response = await ReadAsync() ?? throw _failure.Of(ErrorCode.ProtocolViolation, "The response has no message.");
        return await ReadAsync() is null
            ? response
            : throw _failure.Of(ErrorCode.ProtocolViolation, "The response has more than one message.");
    }

    public void Dispose()
    {
        _body?.Complete();
        // Closing a response that isn't read to its end resets its stream, which tells the node to stop.
        _response?.Dispose();
        _stop.Dispose();
    }

    private HttpRequestMessage ToHttp(TRequest request)
    {
        MessageWriter writer = new(_limits.MaxSendMessageBytes, _limits.CompressionThresholdBytes);
        ReadOnlyMemory<byte> frame = writer.Frame(request, out string? encoding);
        HttpRequestMessage http = new(HttpMethod.Post, new Uri(_failure.Server, _method.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(frame),
        };
        if (_timeout is { } timeout)
        {
            http.Headers.TryAddWithoutValidation(GrpcHeader.Timeout, GrpcTimeout.Format(timeout));
        }

        if (encoding is not null)
        {
            http.Headers.TryAddWithoutValidation(GrpcHeader.Encoding, encoding);
        }

        if (_tenant is not null)
        {
            http.Headers.TryAddWithoutValidation(GrpcHeader.Tenant, _tenant);
        }

        http.Headers.TryAddWithoutValidation("te", "trailers");
        http.Headers.TryAddWithoutValidation("user-agent", "grpc-csharp-neardata/0.1");
        http.Headers.TryAddWithoutValidation(GrpcHeader.AcceptEncoding, GrpcHeader.ReadableEncodings);
        http.Content.Headers.TryAddWithoutValidation("content-type", GrpcHeader.ContentType);
        return http;
    }

    private Exception Explain(Exception thrown)
    {
        if (_caller.IsCancellationRequested)
        {
            return new OperationCanceledException($"{_method.Path} was cancelled by its caller.", thrown, _caller);
        }

        return _stop.IsCancellationRequested
            ? _failure.Of(ErrorCode.DeadlineExceeded, $"The call's {_timeout!.Value.TotalSeconds} s are over.", thrown)
            : _failure.OfTransport(thrown);
    }
}
