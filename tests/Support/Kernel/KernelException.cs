namespace NearData.TestSupport.Kernel;

/// <summary>Errors that <c>bpf(2)</c> gives, under Linux's numbers.</summary>
public enum Errno
{
    EPERM = 1,
    ENOENT = 2,
    EINTR = 4,
    E2BIG = 7,
    EAGAIN = 11,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    EBUSY = 16,
    EEXIST = 17,
    EINVAL = 22,
    ENOSPC = 28,
    ERANGE = 34,
    ENOSYS = 38,
    EOPNOTSUPP = 95,
    ENOTSUPP = 524,
}

/// <summary>The kernel refused a call of <c>bpf(2)</c>.</summary>
/// <param name="command">What it was asked.</param>
/// <param name="error">Why not.</param>
/// <param name="log">The kernel verifier's own words; empty where it said nothing.</param>
public sealed class KernelException(BpfCommand command, Errno error, string log = "")
    : Exception(string.Join('\n', [$"bpf({command}): {error}", .. log.Split('\n').TakeLast(LinesShown)]).TrimEnd())
{
    /// <summary>Lines of the log that the message shows: the reason is at its end, after all that was fine.</summary>
    private const int LinesShown = 12;

    public BpfCommand Command { get; } = command;

    public Errno Error { get; } = error;

    public string Log { get; } = log;
}
