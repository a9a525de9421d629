using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace NearData.Contracts.Grpc;

/// <summary>
/// Reads length-prefixed messages (see <see cref="MessageWriter"/>). One read at a time; the pipe stays its giver's.
/// </summary>
public sealed class MessageReader
{
    private readonly PipeReader _pipe;
    private readonly int _maximumBytes;
    private readonly bool _packed;

    /// <param name="pipe">A request's or a response's body.</param>
    /// <param name="encoding">The value of <c>grpc-encoding</c>; null where the header is missing.</param>
    /// <param name="maximumBytes">The largest message, packed and unpacked.</param>
    /// <exception cref="RpcException"><see cref="ErrorCode.EncodingUnknown"/>.</exception>
    public MessageReader(PipeReader pipe, string? encoding, int maximumBytes)
    {
        _pipe = pipe;
        _maximumBytes = maximumBytes;
        _packed = encoding switch
        {
            null or "identity" => false,
            GzipEncoding.Name => true,
            _ => throw new RpcException(
                ErrorCode.EncodingUnknown, $"Message encoding '{encoding}' can't be read; {GrpcHeader.ReadableEncodings} can."),
        };
    }

    /// <summary>The next message, or null at the end of the body.</summary>
    /// <exception cref="RpcException">
    /// <see cref="ErrorCode.MessageTooLarge"/>, known from the prefix before memory is taken, or <see cref="ErrorCode.ProtocolViolation"/>.
    /// </exception>
    public async ValueTask<TMessage?> ReadAsync<TMessage>(MessageParser<TMessage> parser, CancellationToken cancellationToken)
        where TMessage : class, IMessage<TMessage>
    {
        while (true)
        {
            ReadResult read = await _pipe.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (TrySlice(buffer, out bool packed, out ReadOnlySequence<byte> body))
            {
                TMessage message = Parse(parser, packed, body);
                _pipe.AdvanceTo(body.End);
                return message;
            }

            if (read.IsCompleted)
            {
                _pipe.AdvanceTo(buffer.End);
                return buffer.IsEmpty
                    ? null
                    : throw new RpcException(ErrorCode.ProtocolViolation, $"The body ends inside a message, {buffer.Length} bytes after its start.");
            }

            _pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private bool TrySlice(ReadOnlySequence<byte> buffer, out bool packed, out ReadOnlySequence<byte> body)
    {
        packed = false;
        body = default;
        if (buffer.Length < MessageWriter.PrefixBytes)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[MessageWriter.PrefixBytes];
        buffer.Slice(0, MessageWriter.PrefixBytes).CopyTo(prefix);
        packed = IsPacked(prefix[0]);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > _maximumBytes)
        {
            throw new RpcException(
                ErrorCode.MessageTooLarge, $"A message of {length} bytes is larger than the {_maximumBytes} bytes that are allowed.");
        }

        if (buffer.Length - MessageWriter.PrefixBytes < length)
        {
            return false;
        }

        body = buffer.Slice(MessageWriter.PrefixBytes, length);
        return true;
    }

    private bool IsPacked(byte flag) => (flag, _packed) switch
    {
        (MessageWriter.PlainFlag, _) => false,
        (MessageWriter.PackedFlag, true) => true,
        (MessageWriter.PackedFlag, false) => throw new RpcException(ErrorCode.ProtocolViolation, "A message is marked as packed, but grpc-encoding names no encoding."),
        _ => throw new RpcException(ErrorCode.ProtocolViolation, $"A message starts with flag {flag}; 0 and 1 are defined."),
    };

    private TMessage Parse<TMessage>(MessageParser<TMessage> parser, bool packed, ReadOnlySequence<byte> body)
        where TMessage : class, IMessage<TMessage>
    {
        try
        {
            return parser.ParseFrom(packed ? GzipEncoding.Unpack(body, _maximumBytes) : body);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new RpcException(ErrorCode.ProtocolViolation, $"A message is no {typeof(TMessage).Name}: {broken.Message}", broken);
        }
    }
}
