namespace NearData.Vm.Maps;

/// <summary>Why a map operation failed, under the kernel's numbers (<c>errno.h</c>); helpers return them negated.</summary>
public enum MapError
{
    None = 0,

    /// <summary><c>EPERM</c>: the map's flags forbid it.</summary>
    NotPermitted = 1,

    /// <summary><c>ENOENT</c>: there is no such element.</summary>
    NoEntry = 2,

    /// <summary><c>E2BIG</c>: past the end of an array, or the map is full.</summary>
    TooBig = 7,

    /// <summary><c>EAGAIN</c>: a ring buffer has no room now.</summary>
    Again = 11,

    /// <summary><c>EFAULT</c>: bytes that aren't there.</summary>
    Fault = 14,

    /// <summary><c>EEXIST</c>: there is such an element already.</summary>
    Exists = 17,

    /// <summary><c>ENODEV</c>: there is no such CPU.</summary>
    NoDevice = 19,

    /// <summary><c>EINVAL</c>: flags or a value that mean nothing here.</summary>
    Invalid = 22,

    /// <summary><c>ENOSPC</c>: no room for the element, or for the answer.</summary>
    NoSpace = 28,

    /// <summary><c>EOVERFLOW</c>: a CPU's queue is longer than it can be.</summary>
    Overflow = 75,

    /// <summary><c>EOPNOTSUPP</c>: this type of map has no such operation.</summary>
    NoOperation = 95,

    /// <summary><c>ENOTSUPP</c>: this type of map has no such operation. The kernel has two numbers for it.</summary>
    NotSupported = 524,
}

public static class MapErrors
{
    /// <summary>The name that <c>errno.h</c> has for it, such as <c>E2BIG</c>.</summary>
    public static string KernelName(this MapError error) => error switch
    {
        MapError.None => "0",
        MapError.NotPermitted => "EPERM",
        MapError.NoEntry => "ENOENT",
        MapError.TooBig => "E2BIG",
        MapError.Again => "EAGAIN",
        MapError.Fault => "EFAULT",
        MapError.Exists => "EEXIST",
        MapError.NoDevice => "ENODEV",
        MapError.Invalid => "EINVAL",
        MapError.NoSpace => "ENOSPC",
        MapError.Overflow => "EOVERFLOW",
        MapError.NoOperation => "EOPNOTSUPP",
        _ => "ENOTSUPP",
    };
}
