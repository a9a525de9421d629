using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Engine.Reactors;
using NearData.Formats;
using NearData.Formats.Streams;
using NearData.Storage;

namespace NearData.Engine.Formats.Text;

/// <summary>Reads a compressed file in pieces, one while the one before is expanded. Nothing of it is kept.</summary>
internal sealed class StreamLoad(
    ScanTask task, TextSchema schema, TextCompression compression, long length, IReadOnlyList<FieldBinding> bindings, OpenFile file) : PartLoad(task)
{
    private const int Buffers = 2;

    /// <summary>Bytes of a piece: enough to keep a device busy.</summary>
    private const int LongestPiece = 1 << 20;

    private readonly BufferLease?[] _leases = new BufferLease?[Buffers];

    // By buffer: the piece that is in it, or on its way; -1 for none.
    private readonly long[] _pieces = [-1, -1];
    private readonly bool[] _isComplete = new bool[Buffers];
    private int _reading;
    private long _asked;
    private long _taken;

    public override bool CanOpen => IsAtEnd || HasPiece;

    public override bool HasRead => _asked * PieceLength < length && _leases[0] is not null && _pieces[(int)(_asked % Buffers)] < 0;

    public override bool IsReading => _reading > 0;

    /// <summary>Whether the next piece is in memory.</summary>
    public bool HasPiece => !IsAtEnd && _pieces[BufferOf(_taken)] == _taken && _isComplete[BufferOf(_taken)];

    /// <summary>Whether all pieces were given back.</summary>
    public bool IsAtEnd => _taken * PieceLength >= length;

    private int PieceLength => Math.Min(LongestPiece, file.Device.Geometry.MaximumTransfer);

    public override bool IsCached(BufferCache cache) => false;

    public override bool TryPrepare(ILoadMemory memory)
    {
        BytesMissed = length;
        Span<long> lengths = [PieceLength, PieceLength];
        return memory.TryRent(lengths, _leases!);
    }

    public override JobRead? TakeRead(BufferCache cache)
    {
        int buffer = BufferOf(_asked);
        _pieces[buffer] = _asked;
        _isComplete[buffer] = false;
        long offset = _asked++ * PieceLength;
        long alignment = file.Device.Geometry.Alignment;
        int count = (int)Math.Min(PieceLength, (length - offset + alignment - 1) / alignment * alignment);
        _reading++;
        return new JobRead(file.Device, offset, _leases[buffer]!.Memory[..count], this, buffer);
    }

    public override void EndRead(in JobRead read, BufferCache cache, StorageException? error)
    {
        _reading--;
        _isComplete[read.Part] = error is null;
    }

    /// <summary>The next piece, until it is given back.</summary>
    public ReadOnlyMemory<byte> Piece() =>
        _leases[BufferOf(_taken)]!.Memory[..(int)Math.Min(PieceLength, length - (_taken * PieceLength))];

    /// <summary>Gives the piece back: its memory is for the next one.</summary>
    public void GiveBack() => _pieces[BufferOf(_taken++)] = -1;

    public override PartScan Open()
    {
        BoundFields fields = new(Task.File.Name, schema, bindings);
        return new StreamScan(this, fields, new RecordStream(fields.Reader, StreamDecoder.Create(Task.File.Name, compression)));
    }

    public override void Release()
    {
        Array.ForEach(_leases, lease => lease?.Dispose());
        Array.Clear(_leases);
    }

    private static int BufferOf(long piece) => (int)(piece % Buffers);
}
