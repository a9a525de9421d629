using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Engine.Tests.Reactors;

/// <summary>A job without reads that ends with its first turn, unless a test says otherwise.</summary>
internal class TestJob(Tenant tenant) : ReactorJob(tenant)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? _failure;

    /// <summary>Ends when the reactor let go of it.</summary>
    public Task Ended => _ended.Task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>What it was failed with.</summary>
    public Exception? Failure => _failure;

    public override IEnumerable<IDevice> Devices => [];

    public override bool HasRead => false;

    public override bool IsReady => true;

    public override void Prepare(ReactorMemory memory)
    {
    }

    public override JobRead? TakeRead() => throw new NotSupportedException();

    public override void EndRead(in JobRead read, StorageException? error)
    {
    }

    public override JobState TakeTurn() => JobState.Done;

    public override void Fail(Exception failure) => _failure ??= failure;

    public override void End() => _ended.SetResult();
}
