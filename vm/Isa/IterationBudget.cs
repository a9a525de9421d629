namespace NearData.Isa;

/// <summary>How often loops may go round that nothing but a budget bounds.</summary>
public static class IterationBudget
{
    /// <summary>
    /// Times that the <c>may_goto</c> instructions of one call of a function go on together: the kernel's <c>BPF_MAX_LOOPS</c>. Newer
    /// kernels stop by time instead, which would make answers depend on the machine.
    /// </summary>
    public const int PerFunction = 8 * 1024 * 1024;

    /// <summary>The most iterations that one <c>bpf_loop</c> is given (<c>BPF_MAX_LOOPS</c>); more is refused with <c>E2BIG</c>.</summary>
    public const int PerLoopHelper = 8 * 1024 * 1024;
}
