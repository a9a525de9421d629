using System.Diagnostics;
using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.ReadPath;

/// <summary>Reads ranges of a file as fast as its reactor lets it, and does nothing with them.</summary>
/// <param name="device">The file.</param>
/// <param name="length">Bytes of each read.</param>
/// <param name="depth">Reads in flight.</param>
/// <param name="until">When it stops asking, in <see cref="Stopwatch"/> ticks.</param>
internal sealed class ReadJob(IDevice device, int length, int depth, long until) : ReactorJob(Tenant.Anonymous)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<int> _free = new(depth);
    private BufferLease[] _leases = [];
    private Exception? _failure;
    private long _next;
    private int _inFlight;

    /// <summary>Read so far.</summary>
    public long Bytes { get; private set; }

    public Task Ended => _ended.Task;

    public override IEnumerable<IDevice> Devices => [device];

    public override bool HasRead => _free.Count > 0 && !IsOver;

    public override bool IsReady => IsOver && _inFlight == 0;

    private bool IsOver => _failure is not null || Stopwatch.GetTimestamp() > until;

    public override void Prepare(ReactorMemory memory)
    {
        BufferLease[] leases = new BufferLease[_leases.Length == 0 ? depth : 0];
        long[] lengths = new long[leases.Length];
        Array.Fill(lengths, length);
        if (leases.Length > 0 && memory.TryRent(lengths, leases))
        {
            _leases = leases;
            for (int i = 0; i < depth; i++)
            {
                _free.Push(i);
            }
        }
    }

    public override JobRead? TakeRead()
    {
        int slot = _free.Pop();
        long offset = _next;
        _next = _next + 2 * length > device.Length ? 0 : _next + length;
        _inFlight++;
        return new JobRead(device, offset, _leases[slot].Memory, this, slot);
    }

    public override void EndRead(in JobRead read, StorageException? error)
    {
        _inFlight--;
        _failure ??= error;
        _free.Push(read.Part);
        Bytes += length;
    }

    public override JobState TakeTurn()
    {
        Array.ForEach(_leases, lease => lease.Dispose());
        return JobState.Done;
    }

    public override void Fail(Exception failure) => _failure ??= failure;

    public override void End()
    {
        if (_failure is null)
        {
            _ended.SetResult();
        }
        else
        {
            _ended.SetException(_failure);
        }
    }
}
