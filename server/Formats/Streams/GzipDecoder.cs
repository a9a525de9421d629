using System.IO.Compression;

namespace NearData.Formats.Streams;

/// <summary>GZIP (RFC 1952), one or more members, through the base library. Its window is 32 KiB.</summary>
internal sealed class GzipDecoder : StreamDecoder
{
    /// <summary>
    /// Whether a member has ended can't be asked. So another one is added behind the last: if it comes out, what was before it had ended.
    /// </summary>
    private static readonly byte[] Mark = "end of the stream"u8.ToArray();

    private static readonly byte[] MarkMember = Compress(Mark);

    private readonly Pieces _pieces;
    private readonly GZipStream _stream;
    private bool _isFinishing;

    public GzipDecoder(string file)
        : base(file)
    {
        _pieces = new Pieces(this);
        _stream = new GZipStream(_pieces, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> output)
    {
        try
        {
            // It gives 0 when the pieces do, and goes on when they do again.
            return _stream.Read(output);
        }
        catch (InvalidDataException error)
        {
            throw Wrong(_isFinishing ? "The GZIP stream is cut off, or something else follows it." : $"The GZIP stream is corrupt: {error.Message}", error);
        }
    }

    public override void Finish()
    {
        if (Consumed == 0)
        {
            throw Wrong("The file is empty, and no GZIP stream.");
        }

        _isFinishing = true;
        Feed(MarkMember);
        byte[] found = new byte[Mark.Length + 1];
        int count = 0;
        for (int read = 1; read > 0 && count < found.Length; count += read)
        {
            read = Read(found.AsSpan(count));
        }

        if (!found.AsSpan(0, count).SequenceEqual(Mark))
        {
            throw Wrong("The GZIP stream is cut off, or something else follows it.");
        }
    }

    public override void Dispose() => _stream.Dispose();

    private static byte[] Compress(byte[] bytes)
    {
        using MemoryStream compressed = new();
        using (GZipStream stream = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }

    private int Take(Span<byte> target)
    {
        int count = Math.Min(target.Length, Input.Length);
        Input.Span[..count].CopyTo(target);
        Input = Input[count..];
        Consumed += _isFinishing ? 0 : count;
        return count;
    }

    /// <summary>The pieces as a stream, which seems to end with each and goes on with the next.</summary>
    private sealed class Pieces(GzipDecoder decoder) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer) => decoder.Take(buffer);

        public override int Read(byte[] buffer, int offset, int count) => decoder.Take(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
