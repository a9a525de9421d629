namespace NearData.Isa.Programs;

/// <summary>What a program is called with, and what its return value means (docs/abi.md).</summary>
public enum ProgramKind
{
    /// <summary>Called with a row; a C int (the low 32 bits of r0) other than zero keeps the record. No side effects.</summary>
    Filter,

    /// <summary>Called with a row; updates results.</summary>
    Reduce,

    /// <summary>Called with the key and value of one group; a C int other than zero sends it. No side effects.</summary>
    Emit,

    /// <summary>Called with an <c>nd_buffer</c>, a piece of a file as it is; updates results.</summary>
    Buffer,

    /// <summary>Called with plain memory in r1 and its length in r2.</summary>
    Memory,

    /// <summary>Called with an <c>xdp_md</c>; returns a verdict (<c>enum xdp_action</c>).</summary>
    Xdp,

    /// <summary>Called with an <c>__sk_buff</c> on a socket (<c>BPF_PROG_TYPE_SOCKET_FILTER</c>). Verified only, never run.</summary>
    SocketFilter,

    /// <summary>Called with an <c>__sk_buff</c> by traffic control (<c>BPF_PROG_TYPE_SCHED_CLS</c>). Verified only, never run.</summary>
    TrafficControl,
}
