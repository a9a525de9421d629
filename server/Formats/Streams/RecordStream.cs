namespace NearData.Formats.Streams;

/// <summary>
/// Records of a compressed file: it is given piece by piece, its text is kept as long as it is read, and a record that isn't whole yet
/// waits for the rest. One thread.
/// </summary>
public sealed class RecordStream : IDisposable
{
    /// <summary>Text in memory at a time; more only for a record that is longer.</summary>
    private const int WindowLength = 1 << 20;

    private readonly StreamDecoder _decoder;
    private byte[] _window;
    private int _filled;
    private TextPlace _start = new(0, 1);
    private Progress _progress = Progress.Filling;

    /// <param name="reader">Gets the text; the caller reads its batches.</param>
    /// <param name="decoder">Expands the file; this owns it.</param>
    /// <param name="windowLength">Bytes of text at a time.</param>
    public RecordStream(RecordReader reader, StreamDecoder decoder, int windowLength = WindowLength)
    {
        Reader = reader;
        _decoder = decoder;
        _window = new byte[windowLength];
    }

    private enum Progress
    {
        /// <summary>The window waits for text.</summary>
        Filling,

        /// <summary>The reader has it.</summary>
        Reading,

        /// <summary>The reader has the last text.</summary>
        Ending,
    }

    public RecordReader Reader { get; }

    /// <summary>Whether all that was fed is expanded and read, but for a record that isn't whole.</summary>
    public bool NeedsPiece { get; private set; } = true;

    /// <summary>Gives the next piece of the file. It stays as it is until another is needed.</summary>
    public void Feed(ReadOnlyMemory<byte> piece) => _decoder.Feed(piece);

    /// <summary>Goes on to the next records, at most so many, of what was fed.</summary>
    /// <returns>How many; 0 where a window of text has no whole one, or <see cref="NeedsPiece"/>.</returns>
    /// <exception cref="TextFormatException">They aren't records of the schema.</exception>
    /// <exception cref="StreamFormatException">The file is corrupt.</exception>
    public int Next(int most)
    {
        NeedsPiece = false;
        if (_progress == Progress.Reading)
        {
            int records = Reader.Next(most);
            if (records > 0)
            {
                return records;
            }

            MakeRoom();
            _progress = Progress.Filling;
        }

        if (!TryFill())
        {
            NeedsPiece = true;
            return 0;
        }

        Reader.Open(_window.AsMemory(0, _filled), _start, TextEnd.Open);
        _progress = Progress.Reading;
        return Reader.Next(most);
    }

    /// <summary>As <see cref="Next"/>, when all pieces were fed and it needs another.</summary>
    /// <returns>How many records; 0 at the end.</returns>
    /// <exception cref="TextFormatException">They aren't records of the schema.</exception>
    /// <exception cref="StreamFormatException">The file is cut off.</exception>
    public int NextOfRest(int most)
    {
        if (_progress == Progress.Filling)
        {
            _decoder.Finish();
            Reader.Open(_window.AsMemory(0, _filled), _start, TextEnd.Closed);
            _progress = Progress.Ending;
        }

        return Reader.Next(most);
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>Fills the window; false when a piece is missing for that.</summary>
    private bool TryFill()
    {
        while (_filled < _window.Length)
        {
            int read = _decoder.Read(_window.AsSpan(_filled));
            if (read == 0)
            {
                return false;
            }

            _filled += read;
        }

        return true;
    }

    /// <summary>Lets go of what was read; a record that fills the window gets a larger one.</summary>
    private void MakeRoom()
    {
        int consumed = Reader.Consumed;
        Span<byte> text = _window.AsSpan(0, _filled);
        _start = new TextPlace(_start.Offset + consumed, _start.Line + text[..consumed].Count((byte)'\n'));
        _filled -= consumed;
        if (_filled > TextLimits.RecordLength)
        {
            throw new TextFormatException(Reader.File, _start, $"The record that starts here has more than {TextLimits.RecordLength} bytes.");
        }

        byte[] target = _filled == _window.Length ? new byte[2 * _window.Length] : _window;
        text[consumed..].CopyTo(target);
        _window = target;
    }
}
