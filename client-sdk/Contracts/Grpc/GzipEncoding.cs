using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Google.Protobuf;

namespace NearData.Contracts.Grpc;

/// <summary>The <c>gzip</c> content coding of single messages: no state is kept between them.</summary>
internal static class GzipEncoding
{
    public const string Name = "gzip";

    // Header and trailer (RFC 1952, 2.3).
    private const int MinimumBytes = 18;

    private const int StepBytes = 16 * 1024;

    /// <summary>The packed message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="size">Its size before packing.</param>
    public static ReadOnlySpan<byte> Pack(IMessage message, int size)
    {
        using MemoryStream packed = new(capacity: size / 2);
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            message.WriteTo(gzip);
        }

        return packed.GetBuffer().AsSpan(0, (int)packed.Length);
    }

    /// <summary>The unpacked bytes; stops as soon as they are more than allowed.</summary>
    /// <exception cref="RpcException">The data is no gzip, ends early, or unpacks to more than <paramref name="maximumBytes"/>.</exception>
    public static ReadOnlySequence<byte> Unpack(ReadOnlySequence<byte> packed, int maximumBytes)
    {
        if (packed.Length < MinimumBytes)
        {
            throw new RpcException(
                ErrorCode.ProtocolViolation, $"A message is not valid gzip: {packed.Length} bytes are fewer than its header and trailer.");
        }

        using GZipStream gzip = new(PipeReader.Create(packed).AsStream(), CompressionMode.Decompress);
        ArrayBufferWriter<byte> plain = new();
        try
        {
            while (gzip.Read(plain.GetSpan(StepBytes)) is > 0 and int count)
            {
                plain.Advance(count);
                if (plain.WrittenCount > maximumBytes)
                {
                    throw new RpcException(
                        ErrorCode.MessageTooLarge, $"A message unpacks to more than the {maximumBytes} bytes that are allowed.");
                }
            }
        }
        catch (InvalidDataException broken)
        {
            throw new RpcException(ErrorCode.ProtocolViolation, $"A message is not valid gzip: {broken.Message}", broken);
        }

        // GZipStream takes a stream that is cut short for its end.
        if (DeclaredSize(packed) != plain.WrittenCount)
        {
            throw new RpcException(ErrorCode.ProtocolViolation,
                $"A message is not valid gzip: its {packed.Length} bytes end before their {plain.WrittenCount} unpacked bytes are whole.");
        }

        return new ReadOnlySequence<byte>(plain.WrittenMemory);
    }

    /// <summary>The size that the trailer gives, modulo 2^32 (RFC 1952, 2.3.1: ISIZE).</summary>
    private static uint DeclaredSize(ReadOnlySequence<byte> packed)
    {
        Span<byte> size = stackalloc byte[sizeof(uint)];
        packed.Slice(packed.Length - size.Length).CopyTo(size);
        return BinaryPrimitives.ReadUInt32LittleEndian(size);
    }
}
