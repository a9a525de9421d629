namespace NearData.Isa.Programs;

/// <summary>What <see cref="MapDefinition.Flags"/> is made of: the kernel's numbers (<c>linux/bpf.h</c>).</summary>
public static class MapFlags
{
    /// <summary><c>BPF_F_RDONLY_PROG</c>: programs can't write.</summary>
    public const uint ReadOnlyForPrograms = 1u << 7;

    /// <summary><c>BPF_F_WRONLY_PROG</c>: programs can't read.</summary>
    public const uint WriteOnlyForPrograms = 1u << 8;
}
