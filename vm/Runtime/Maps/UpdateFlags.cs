namespace NearData.Vm.Maps;

/// <summary>Flags of an update: the kernel's numbers (<c>linux/bpf.h</c>).</summary>
public static class UpdateFlags
{
    /// <summary><c>BPF_ANY</c>: make the element or change it.</summary>
    public const ulong Any = 0;

    /// <summary><c>BPF_NOEXIST</c>: make the element; it must not be there.</summary>
    public const ulong NoExist = 1;

    /// <summary><c>BPF_EXIST</c>: change the element; it must be there.</summary>
    public const ulong Exist = 2;

    /// <summary><c>BPF_F_LOCK</c>: copy the value while its own spin lock is held.</summary>
    public const ulong Lock = 4;
}
