using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NearData.Contracts;
using NearData.Contracts.Grpc;

namespace NearData.Server.Grpc;

/// <summary>
/// The response of one call. Its handler writes, one message at a time; the request boundary ends it, possibly while the
/// handler still runs, and from then on writes are refused.
/// </summary>
internal sealed class GrpcResponse(HttpContext http, CancellationToken cancellationToken)
{
    // RST_STREAM with CANCEL (RFC 9113, 7): the call is given up and its bytes are not whole.
    private const int CancelStream = 8;

    private const int Idle = 0;
    private const int Writing = 1;
    private const int Ended = 2;

    private int _phase = Idle;

    /// <summary>Writes a message that leaves together with what follows it.</summary>
    public Task WriteAsync(IMessage message, MessageWriter writer) =>
        WriteThenAsync(message, writer, static _ => ValueTask.CompletedTask);

    /// <summary>Writes a message and waits until the transport has taken it.</summary>
    public Task SendAsync(IMessage message, MessageWriter writer) =>
        WriteThenAsync(message, writer, FlushAsync);

    /// <summary>Sends the call's status, or resets the stream where a message is half written. Called once.</summary>
    public async Task EndAsync(RpcError? error)
    {
        if (Interlocked.CompareExchange(ref _phase, Ended, Idle) == Writing)
        {
            http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(CancelStream);
            return;
        }

        if (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (error is null)
        {
            await StartAsync(encoding: null);
        }

        SetStatus(error);
        await http.Response.CompleteAsync();
    }

    private async Task WriteThenAsync(IMessage message, MessageWriter writer, Func<CancellationToken, ValueTask> then)
    {
        switch (Interlocked.CompareExchange(ref _phase, Writing, Idle))
        {
            case Writing:
                throw new InvalidOperationException("A write is under way: await it before the next.");
            case Ended:
                throw new OperationCanceledException(cancellationToken);
        }

        try
        {
            await StartAsync(writer.Encoding);
            writer.Write(message, http.Response.BodyWriter);
            await then(cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _phase, Idle);
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellation) => await http.Response.BodyWriter.FlushAsync(cancellation);

    private Task StartAsync(string? encoding)
    {
        if (http.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        http.Response.ContentType = GrpcHeader.ContentType;
        if (encoding is not null)
        {
            http.Response.Headers[GrpcHeader.Encoding] = encoding;
        }

        return http.Response.StartAsync(cancellationToken);
    }

    private void SetStatus(RpcError? error)
    {
        IHeaderDictionary headers = http.Response.Headers;
        if (http.Response.HasStarted)
        {
            headers = http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        }
        else
        {
            // Trailers-Only: status and headers are one frame.
            http.Response.ContentType = GrpcHeader.ContentType;
        }

        GrpcStatusCode status = error?.Code.Status ?? GrpcStatusCode.Ok;
        headers[GrpcHeader.Status] = ((int)status).ToString(CultureInfo.InvariantCulture);
        if (error is not { } failure)
        {
            return;
        }

        headers[GrpcHeader.Message] = StatusText.Encode(failure.Message);
        headers[GrpcHeader.ErrorCode] = failure.Code.Name;
        if (failure.Details is { } details && DetailsText.Encode(details) is { } encoded)
        {
            headers[GrpcHeader.ErrorDetails] = encoded;
        }

        if (failure.Code == ErrorCode.EncodingUnknown)
        {
            headers[GrpcHeader.AcceptEncoding] = GrpcHeader.ReadableEncodings;
        }
    }
}
