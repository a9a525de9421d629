namespace NearData.Formats.Streams;

/// <summary>
/// Expands a stream that comes in pieces, into pieces: what it needs of memory is bounded by the format's window, whatever the stream
/// claims to expand to. One thread.
/// </summary>
public abstract class StreamDecoder : IDisposable
{
    private protected StreamDecoder(string file) => File = file;

    /// <summary>Bytes of the stream that were taken.</summary>
    public long Consumed { get; private protected set; }

    private protected string File { get; }

    private protected ReadOnlyMemory<byte> Input { get; set; }

    /// <summary>A decoder of a file's compression.</summary>
    /// <exception cref="DecoderUnavailableException">This machine lacks the library.</exception>
    public static StreamDecoder Create(string file, TextCompression compression) => compression switch
    {
        TextCompression.Gzip => new GzipDecoder(file),
        TextCompression.Zstd => new ZstdDecoder(file),
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "The file isn't compressed."),
    };

    /// <summary>Gives the next piece of the stream, once <see cref="Read"/> has given all of the one before.</summary>
    /// <param name="input">Stays as it is until then.</param>
    public void Feed(ReadOnlyMemory<byte> input) => Input = input;

    /// <summary>Expands.</summary>
    /// <returns>Bytes written; 0 only when the next piece is needed.</returns>
    /// <exception cref="StreamFormatException">The stream is corrupt.</exception>
    public abstract int Read(Span<byte> output);

    /// <summary>Says that there are no more pieces.</summary>
    /// <exception cref="StreamFormatException">The stream is cut off.</exception>
    public abstract void Finish();

    public abstract void Dispose();

    private protected StreamFormatException Wrong(string message, Exception? cause = null) => new(File, Consumed, message, cause);
}

/// <summary>The data is wrong: a compressed stream is corrupt, cut off, or asks for too much memory.</summary>
public sealed class StreamFormatException(string file, long offset, string message, Exception? cause = null)
    : Exception($"{file}, compressed offset {offset}: {message}", cause)
{
    public string File { get; } = file;

    /// <summary>Bytes of the compressed file up to where it was noticed.</summary>
    public long Offset { get; } = offset;
}

/// <summary>This machine lacks the library that a compression needs; its operator can install it.</summary>
public sealed class DecoderUnavailableException(string file, string library, Exception cause)
    : Exception($"{file} needs {library}, which can't be loaded.", cause)
{
    public string File { get; } = file;

    public string Library { get; } = library;
}
