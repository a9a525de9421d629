using System.Threading.Channels;
using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Engine.Execution;

/// <summary>
/// A reactor's part of <see cref="RangeRead"/>: reads ahead of who takes the bytes by as much as it has memory for, and stops meanwhile. Members
/// that the reactor doesn't call may be called by any thread.
/// </summary>
internal sealed class RangeJob : ReactorJob
{
    /// <summary>Bytes that are read at once: large enough that a device's own cost hardly counts.</summary>
    private const int PieceBytes = 256 << 10;

    /// <summary>Pieces in memory: one is sent while the next one is read. A client that is slow holds no more of the node.</summary>
    private const int Window = 2;

    private readonly IDevice _device;
    private readonly ReactorGroup _reactors;
    private readonly long _offset;
    private readonly long _end;
    private readonly long _start;
    private readonly int _length;
    private readonly long _pieces;
    private readonly BufferLease[] _leases;
    private readonly long[] _read = new long[Window];
    private readonly Channel<ReadOnlyMemory<byte>> _ready = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true, SingleWriter = true });
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private bool _hasMemory;
    private long _asked;
    private long _given;
    private long _taken;
    private int _inFlight;

    /// <param name="reactors">One of which runs it.</param>
    /// <param name="device">What is read; open until <see cref="Ended"/>.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">Bytes, at least 1.</param>
    /// <param name="tenant">For whom.</param>
    public RangeJob(ReactorGroup reactors, IDevice device, long offset, long length, Tenant tenant)
        : base(tenant)
    {
        (_reactors, _device, _offset, _end) = (reactors, device, offset, offset + length);
        int alignment = device.Geometry.Alignment;
        _start = offset & -alignment;
        long whole = (_end - _start + alignment - 1) & -alignment;
        _length = (int)Math.Min(whole, Math.Min(PieceBytes, device.Geometry.MaximumTransfer));
        _pieces = (whole + _length - 1) / _length;
        _leases = new BufferLease[Math.Min(Window, _pieces)];
        Array.Fill(_read, -1);
    }

    /// <summary>The bytes in order; each piece is there until it is <see cref="Take"/>n.</summary>
    public ChannelReader<ReadOnlyMemory<byte>> Pieces => _ready.Reader;

    /// <summary>Ends when the reactor has let go of the device.</summary>
    public Task Ended => _ended.Task;

    public override IEnumerable<IDevice> Devices => [_device];

    public override bool HasRead => !_isStopping && _hasMemory && _asked < _pieces && _asked - Interlocked.Read(ref _taken) < _leases.Length;

    public override bool IsReady => _inFlight == 0 && (_isStopping || Interlocked.Read(ref _taken) == _pieces);

    /// <summary>The oldest piece is no longer looked at.</summary>
    public void Take()
    {
        Interlocked.Increment(ref _taken);
        _reactors.Wake();
    }

    /// <summary>No more bytes are wanted.</summary>
    public void Stop()
    {
        _isStopping = true;
        _reactors.Wake();
    }

    public override void Prepare(ReactorMemory memory)
    {
        if (_hasMemory || _isStopping || !memory.StandInLine(this))
        {
            return;
        }

        long[] lengths = new long[_leases.Length];
        Array.Fill(lengths, _length);
        _hasMemory = memory.TryRent(lengths, _leases);
        if (_hasMemory)
        {
            memory.LeaveLine(this);
        }
    }

    public override JobRead? TakeRead()
    {
        int slot = (int)(_asked % _leases.Length);
        long at = _start + _asked * _length;
        int length = (int)Math.Min(_length, ((_end + _device.Geometry.Alignment - 1) & -_device.Geometry.Alignment) - at);
        _asked++;
        _inFlight++;
        return new JobRead(_device, at, _leases[slot].Memory[..length], this, slot);
    }

    public override void EndRead(in JobRead read, StorageException? error)
    {
        _inFlight--;
        if (error is not null)
        {
            Fail(error);
            return;
        }

        _read[read.Part] = (read.Offset - _start) / _length;
        for (int slot; _given < _pieces && _read[slot = (int)(_given % _leases.Length)] == _given; _given++)
        {
            long at = _start + _given * _length;
            long first = Math.Max(_offset, at);
            _ready.Writer.TryWrite(_leases[slot].Memory[(int)(first - at)..(int)(Math.Min(_end, at + _length) - at)]);
        }

        if (_given == _pieces)
        {
            _ready.Writer.TryComplete();
        }
    }

    public override JobState TakeTurn()
    {
        if (_hasMemory)
        {
            Array.ForEach(_leases, static lease => lease.Dispose());
        }

        return JobState.Done;
    }

    public override void Fail(Exception failure)
    {
        _isStopping = true;
        _ready.Writer.TryComplete(failure);
    }

    public override void End()
    {
        _ready.Writer.TryComplete();
        _ended.TrySetResult();
    }
}
