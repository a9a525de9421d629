using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace NearData.Server.Tests.Grpc;

/// <summary>What came back, before any gRPC client made sense of it.</summary>
internal sealed record RawResponse(HttpStatusCode Http, HttpResponseHeaders Headers, byte[] Body, HttpResponseHeaders Trailers)
{
    public string? Status => Find("grpc-status");

    public string? ErrorCode => Find("neardata-error-code");

    public string? Message => Find("grpc-message");

    public bool IsTrailersOnly => Headers.Contains("grpc-status");

    public string? Find(string name) =>
        Headers.TryGetValues(name, out IEnumerable<string>? values) || Trailers.TryGetValues(name, out values) ? values.Single() : null;
}

/// <summary>Sends any bytes over HTTP/2 as if they were gRPC. It shares no code with the client under test.</summary>
internal sealed class RawClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };

    /// <summary>A whole, plain frame, as PROTOCOL-HTTP2.md draws it.</summary>
    public static byte[] Frame(IMessage message) => Frame(0, message.ToByteArray());

    /// <summary>A frame with any flag and, if given, any length.</summary>
    public static byte[] Frame(byte flag, byte[] body, uint? length = null)
    {
        byte[] frame = new byte[5 + body.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)body.Length);
        body.CopyTo(frame, 5);
        return frame;
    }

    public async Task<RawResponse> PostAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        foreach ((string name, string value) in headers)
        {
            HttpHeaders target = name == "content-type" ? request.Content.Headers : request.Headers;
            target.Remove(name);
            target.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        byte[] content = await response.Content.ReadAsByteArrayAsync();
        return new RawResponse(response.StatusCode, response.Headers, content, response.TrailingHeaders);
    }

    public void Dispose() => _http.Dispose();
}
