using System.Runtime.InteropServices;

namespace NearData.Formats.Streams;

/// <summary>Zstandard (RFC 8878), one or more frames, through libzstd.</summary>
internal sealed class ZstdDecoder : StreamDecoder
{
    /// <summary>128 MiB: what the zstd command expands without being asked to take more.</summary>
    private const int MostWindowLog = 27;

    private readonly ZstdContext _context;

    /// <summary>The most bytes that are handed over at a time.</summary>
    private const int Step = 1 << 17;

    // Pinned: the library wants addresses, and callers' memory may move. As long as pieces and windows are, which may be short.
    private byte[] _input = [];
    private byte[] _output = [];
    private ZstdLibrary.Buffer _rest;
    private bool _isWithin;
    private bool _mayHaveMore;

    public ZstdDecoder(string file)
        : base(file)
    {
        _context = new ZstdContext(file);
        Check(ZstdLibrary.ZSTD_DCtx_setParameter(_context, ZstdLibrary.WindowLogMax, MostWindowLog));
    }

    public override int Read(Span<byte> output)
    {
        while (true)
        {
            if (_rest.Position == _rest.Length)
            {
                TakeInput();
                if (_rest.Length == 0 && !_mayHaveMore)
                {
                    return 0;
                }
            }

            int room = Math.Min(Step, output.Length);
            ZstdLibrary.Buffer target = new(AddressOf(ref _output, room), room);
            nuint before = _rest.Position;
            nuint left = Check(ZstdLibrary.ZSTD_decompressStream(_context, ref target, ref _rest));
            Consumed += (long)(_rest.Position - before);
            _isWithin = left != 0;
            _mayHaveMore = _isWithin && target.Position == target.Length;
            if (target.Position > 0)
            {
                _output.AsSpan(0, (int)target.Position).CopyTo(output);
                return (int)target.Position;
            }
        }
    }

    public override void Finish()
    {
        if (_isWithin || Consumed == 0)
        {
            throw Wrong(Consumed == 0 ? "The file is empty, and no Zstandard stream." : "The Zstandard stream is cut off.");
        }
    }

    public override void Dispose() => _context.Dispose();

    private void TakeInput()
    {
        int count = Math.Min(Step, Input.Length);
        nint address = AddressOf(ref _input, count);
        Input.Span[..count].CopyTo(_input);
        Input = Input[count..];
        _rest = new ZstdLibrary.Buffer(address, count);
    }

    /// <summary>Where a buffer of at least so many bytes is, which gets longer if it must.</summary>
    private static nint AddressOf(ref byte[] buffer, int length)
    {
        if (buffer.Length < Math.Max(length, 1))
        {
            buffer = GC.AllocateUninitializedArray<byte>(Math.Clamp(2 * buffer.Length, Math.Max(length, 1), Step), pinned: true);
        }

        return Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0);
    }

    private nuint Check(nuint result) => ZstdLibrary.ZSTD_isError(result) == 0
        ? result
        : throw Wrong($"The Zstandard stream is corrupt, or needs a window of more than {1 << (MostWindowLog - 20)} MiB: {Marshal.PtrToStringUTF8(ZstdLibrary.ZSTD_getErrorName(result))}.");
}
