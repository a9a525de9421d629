using Google.Protobuf;

namespace NearData.Contracts.Grpc;

/// <summary>A method of a service: where it is called and how its messages are read. Immutable.</summary>
public abstract class GrpcMethod<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private protected GrpcMethod(string service, string name, MessageParser<TRequest> requests, MessageParser<TResponse> responses)
    {
        Name = name;
        Path = $"/{service}/{name}";
        Requests = requests;
        Responses = responses;
    }

    /// <summary>The method's own name, such as <c>LoadProgram</c>.</summary>
    public string Name { get; }

    /// <summary>The HTTP/2 <c>:path</c>, such as <c>/neardata.v1.NearData/LoadProgram</c>.</summary>
    public string Path { get; }

    /// <summary>Reads a request.</summary>
    public MessageParser<TRequest> Requests { get; }

    /// <summary>Reads a response.</summary>
    public MessageParser<TResponse> Responses { get; }

    public override string ToString() => Path;
}

/// <summary>One request, one response.</summary>
public sealed class UnaryMethod<TRequest, TResponse>(
    string service, string name, MessageParser<TRequest> requests, MessageParser<TResponse> responses)
    : GrpcMethod<TRequest, TResponse>(service, name, requests, responses)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>;

/// <summary>One request, any number of responses.</summary>
public sealed class ServerStreamingMethod<TRequest, TResponse>(
    string service, string name, MessageParser<TRequest> requests, MessageParser<TResponse> responses)
    : GrpcMethod<TRequest, TResponse>(service, name, requests, responses)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>;
