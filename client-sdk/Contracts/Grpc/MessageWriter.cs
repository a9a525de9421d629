using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace NearData.Contracts.Grpc;

/// <summary>
/// Writes length-prefixed messages: a flag (1: packed), four bytes of length, most significant first, the message
/// (PROTOCOL-HTTP2.md, Length-Prefixed-Message).
/// </summary>
/// <param name="MaximumBytes">The largest message before packing.</param>
/// <param name="PackFromBytes">Messages from this size on are sent as gzip where that makes them smaller; null: none is.</param>
public readonly record struct MessageWriter(int MaximumBytes, int? PackFromBytes)
{
    internal const int PrefixBytes = 5;
    internal const byte PlainFlag = 0;
    internal const byte PackedFlag = 1;

    /// <summary>The value of <c>grpc-encoding</c> that goes with these messages, or null where the header is left out.</summary>
    public string? Encoding => PackFromBytes is null ? null : GzipEncoding.Name;

    /// <summary>The message's frame in memory of its own.</summary>
    /// <param name="message">The message.</param>
    /// <param name="encoding">The value of <c>grpc-encoding</c>, or null where this frame isn't packed.</param>
    /// <exception cref="RpcException"><see cref="ErrorCode.MessageTooLarge"/>.</exception>
    public ReadOnlyMemory<byte> Frame(IMessage message, out string? encoding)
    {
        ArrayBufferWriter<byte> output = new(PrefixBytes + Math.Min(message.CalculateSize(), MaximumBytes));
        Write(message, output);
        encoding = output.WrittenSpan[0] == PackedFlag ? Encoding : null;
        return output.WrittenMemory;
    }

    /// <summary>Writes the message's frame; nothing is written where this throws.</summary>
    /// <exception cref="RpcException"><see cref="ErrorCode.MessageTooLarge"/>.</exception>
    public void Write(IMessage message, IBufferWriter<byte> output)
    {
        int size = message.CalculateSize();
        if (size > MaximumBytes)
        {
            throw new RpcException(ErrorCode.MessageTooLarge,
                $"A {message.Descriptor.Name} of {size} bytes is larger than the {MaximumBytes} bytes that may be sent.");
        }

        if (size >= PackFromBytes)
        {
            ReadOnlySpan<byte> packed = GzipEncoding.Pack(message, size);
            if (packed.Length < size)
            {
                WritePrefix(PackedFlag, packed.Length, output);
                output.Write(packed);
                return;
            }
        }

        WritePrefix(PlainFlag, size, output);
        message.WriteTo(output);
    }

    private static void WritePrefix(byte flag, int length, IBufferWriter<byte> output)
    {
        Span<byte> prefix = output.GetSpan(PrefixBytes);
        prefix[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
        output.Advance(PrefixBytes);
    }
}
