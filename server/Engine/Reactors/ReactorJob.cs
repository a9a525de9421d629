using NearData.Storage;

namespace NearData.Engine.Reactors;

/// <summary>
/// Work that one reactor does: reads that it wants, and turns of computation between which others get theirs. All members but the
/// constructor are called by the reactor's thread, which never waits inside of one.
/// </summary>
public abstract class ReactorJob(Tenant tenant)
{
    public Tenant Tenant { get; } = tenant;

    /// <summary>Devices that it reads; the reactor's queue lets go of them when the job is done.</summary>
    public abstract IEnumerable<IDevice> Devices { get; }

    /// <summary>Whether <see cref="TakeRead"/> may have one.</summary>
    public abstract bool HasRead { get; }

    /// <summary>
    /// Whether <see cref="TakeTurn"/> has something to do. A job without a turn, a read in flight or a place in the memory line is never
    /// called again but after <see cref="ReactorGroup.Wake"/>.
    /// </summary>
    public abstract bool IsReady { get; }

    /// <summary>Gets memory for the reads to come, as far as the node has it. Called often.</summary>
    /// <param name="memory">Where from.</param>
    public abstract void Prepare(ReactorMemory memory);

    /// <summary>The next read; the reactor submits it and tries again what may succeed then. Null where another job reads that already.</summary>
    public abstract JobRead? TakeRead();

    /// <summary>A read ended; its buffer is the job's again.</summary>
    /// <param name="read">As it was taken.</param>
    /// <param name="error">Null, or why it failed for good.</param>
    public abstract void EndRead(in JobRead read, StorageException? error);

    /// <summary>A short piece of work, such as a batch.</summary>
    /// <returns>Whether the job goes on. False only without reads in flight.</returns>
    public abstract JobState TakeTurn();

    /// <summary>The job is done, and the reactor has let go of it.</summary>
    public abstract void End();

    /// <summary>A member threw: the job ends as soon as it can, and somebody is told.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>A read that a job wants.</summary>
/// <param name="Device">Of the kind that its reactor's queue reads.</param>
/// <param name="Offset">Bytes from the device's start, aligned as it asks.</param>
/// <param name="Buffer">The job's; no longer than the device takes.</param>
/// <param name="Owner">The job's own.</param>
/// <param name="Part">The job's own.</param>
public readonly record struct JobRead(IDevice Device, long Offset, Memory<byte> Buffer, object? Owner, int Part);

/// <summary>Whether a job goes on.</summary>
public enum JobState
{
    Running,
    Done,
}
