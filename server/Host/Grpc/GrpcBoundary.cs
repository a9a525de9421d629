using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using NearData.Contracts;

namespace NearData.Server.Grpc;

/// <summary>The request boundary: whatever a call ends with becomes a status here, and nothing gets past it.</summary>
internal sealed class GrpcBoundary(GrpcServerOptions options, TimeProvider clock, ILogger logger)
{
    // The longest that a timer can wait; longer deadlines are none.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>Serves one request.</summary>
    public async Task ServeAsync(HttpContext http, Func<GrpcExchange, Task> answer)
    {
        if (!GrpcRequestHead.IsGrpc(http))
        {
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = null; // The framing's own limit is known before a message is read, and typed.
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        GrpcResponse response = new(http, stop.Token);
        RpcError? unreadable = GrpcRequestHead.TryParse(http.Request.Headers, out GrpcRequestHead head);
        if (unreadable is not null)
        {
            await response.EndAsync(unreadable);
            return;
        }

        GrpcCallContext context = new(
            http.Request.Path, $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}", head.Tenant, stop.Token);
        GrpcExchange exchange = new(http, head, options, response, context);
        if (head.Timeout is not { } timeout || timeout > LongestTimeout)
        {
            await response.EndAsync(await OutcomeAsync(exchange, answer));
            return;
        }

        // On a thread of its own, so that a handler that blocks can't keep the deadline from being answered.
        Task<RpcError?> outcome = Task.Run(() => OutcomeAsync(exchange, answer), CancellationToken.None);
        if (await FinishesWithinAsync(outcome, timeout))
        {
            await response.EndAsync(await outcome);
            return;
        }

        await response.EndAsync(new RpcError(ErrorCode.DeadlineExceeded, $"The call's {timeout.TotalSeconds} s are over."));
        await stop.CancelAsync();
        await outcome; // The request's buffers go back to the server only when its handler has let go of them.
    }

    private async Task<bool> FinishesWithinAsync(Task outcome, TimeSpan timeout)
    {
        using CancellationTokenSource finished = new();
        bool isFinished = await Task.WhenAny(outcome, Task.Delay(timeout, clock, finished.Token)) == outcome;
        await finished.CancelAsync();
        return isFinished;
    }

    private async Task<RpcError?> OutcomeAsync(GrpcExchange exchange, Func<GrpcExchange, Task> answer)
    {
        GrpcCallContext context = exchange.Context;
        try
        {
            await answer(exchange);
            return null;
        }
        catch (Exception failure)
        {
            RpcError error = Describe(failure, context);
            if (error.Code == ErrorCode.Internal)
            {
                GrpcLog.CallFailed(logger, context.Method, context.Peer, failure);
            }
            else
            {
                GrpcLog.CallRefused(logger, context.Method, context.Peer, error.Code, error.Message);
            }

            return error;
        }
    }

    private RpcError Describe(Exception failure, GrpcCallContext context) => failure switch
    {
        RpcException known => new RpcError(known.Code, known.Message, known.Details),
        _ when context.CancellationToken.IsCancellationRequested => new RpcError(ErrorCode.Cancelled, "The client gave the call up."),
        _ => options.DescribeException(failure)
            ?? new RpcError(ErrorCode.Internal, "The node failed at this call through a defect of its own; its log has the reason."),
    };
}
