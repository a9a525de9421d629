using System.Collections.Immutable;

namespace NearData.Isa.Programs;

/// <summary>What a load of a context's field gives.</summary>
public enum ContextFieldKind
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>The address of the packet's first byte; a load of all of its 4 bytes gives a whole address.</summary>
    PacketStart,

    /// <summary>The address behind the packet's last byte.</summary>
    PacketEnd,

    /// <summary>The address of the metadata in front of the packet.</summary>
    MetadataStart,
}

/// <summary>Who may do what with a context's field.</summary>
public enum ContextFieldAccess
{
    ReadOnly,
    ReadWrite,
}

/// <summary>One field of a context.</summary>
/// <param name="Name">As the kernel's header names it.</param>
/// <param name="Offset">Bytes from the struct's start.</param>
/// <param name="Size">Bytes. A narrower load reads a part of a number; an address is loaded whole.</param>
/// <param name="Kind">What a load gives.</param>
/// <param name="Access">Whether stores are allowed, of the whole field.</param>
public sealed record ContextField(
    string Name, int Offset, int Size, ContextFieldKind Kind = ContextFieldKind.Number, ContextFieldAccess Access = ContextFieldAccess.ReadOnly);

/// <summary>A context as programs see it (<c>linux/bpf.h</c>). A packet's addresses are 64 bits wide although their fields have 4 bytes.</summary>
/// <param name="Name">The struct's tag.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Fields">In order of offset; they don't overlap.</param>
public sealed record ContextLayout(string Name, int Size, ImmutableArray<ContextField> Fields)
{
    private const int Word = sizeof(uint);

    /// <summary><c>struct xdp_md</c>: what an XDP program is called with.</summary>
    public static ContextLayout XdpMd { get; } = new("xdp_md", 24,
    [
        new("data", 0, Word, ContextFieldKind.PacketStart),
        new("data_end", 4, Word, ContextFieldKind.PacketEnd),
        new("data_meta", 8, Word, ContextFieldKind.MetadataStart),
        new("ingress_ifindex", 12, Word),
        new("rx_queue_index", 16, Word),
        new("egress_ifindex", 20, Word),
    ]);

    /// <summary><c>struct nd_buffer</c> (<c>neardata.h</c>): what a buffer program is called with. Its fields are as wide as addresses.</summary>
    public static ContextLayout Buffer { get; } = new("nd_buffer", 2 * sizeof(ulong),
    [
        new("data", 0, sizeof(ulong), ContextFieldKind.PacketStart),
        new("data_end", sizeof(ulong), sizeof(ulong), ContextFieldKind.PacketEnd),
    ]);

    /// <summary>
    /// <c>struct __sk_buff</c> for programs on sockets: they may write to <c>cb</c> alone, and see no addresses of the packet
    /// (kernel net/core/filter.c, sk_filter_is_valid_access).
    /// </summary>
    public static ContextLayout SocketFilterSkBuff { get; } = SkBuff(
    [
        .. SkBuffNumbers.Select(field => field.Name.StartsWith("cb[", StringComparison.Ordinal) ? field with { Access = ContextFieldAccess.ReadWrite } : field),
        new("hash", 68, Word),
        new("napi_id", 84, Word),
        new("gso_segs", 164, Word),
        new("gso_size", 176, Word),
    ]);

    /// <summary>
    /// <c>struct __sk_buff</c> for programs of traffic control (kernel net/core/filter.c, tc_cls_act_is_valid_access). The pointer to
    /// the socket (<c>sk</c>) is left out.
    /// </summary>
    public static ContextLayout TrafficControlSkBuff { get; } = SkBuff(
    [
        .. SkBuffNumbers.Select(field => TrafficControlWrites.Contains(field.Offset) ? field with { Access = ContextFieldAccess.ReadWrite } : field),
        new("hash", 68, Word),
        new("tc_classid", 72, Word, Access: ContextFieldAccess.ReadWrite),
        new("data", 76, Word, ContextFieldKind.PacketStart),
        new("data_end", 80, Word, ContextFieldKind.PacketEnd),
        new("napi_id", 84, Word),
        new("data_meta", 140, Word, ContextFieldKind.MetadataStart),
        new("tstamp", 152, 2 * Word, Access: ContextFieldAccess.ReadWrite),
        new("wire_len", 160, Word),
        new("gso_segs", 164, Word),
        new("gso_size", 176, Word),
        new("tstamp_type", 180, 1),
        new("hwtstamp", 184, 2 * Word),
    ]);

    private static ImmutableArray<ContextField> SkBuffNumbers =>
    [
        new("len", 0, Word),
        new("pkt_type", 4, Word),
        new("mark", 8, Word),
        new("queue_mapping", 12, Word),
        new("protocol", 16, Word),
        new("vlan_present", 20, Word),
        new("vlan_tci", 24, Word),
        new("vlan_proto", 28, Word),
        new("priority", 32, Word),
        new("ingress_ifindex", 36, Word),
        new("ifindex", 40, Word),
        new("tc_index", 44, Word),
        new("cb[0]", 48, Word),
        new("cb[1]", 52, Word),
        new("cb[2]", 56, Word),
        new("cb[3]", 60, Word),
        new("cb[4]", 64, Word),
    ];

    /// <summary>Offsets of mark, queue_mapping, priority, tc_index and cb.</summary>
    private static ImmutableArray<int> TrafficControlWrites => [8, 12, 32, 44, 48, 52, 56, 60, 64];

    /// <summary>The context of a kind of packet program.</summary>
    /// <exception cref="ArgumentException">Programs of the kind are called with something else.</exception>
    public static ContextLayout Of(ProgramKind kind) => kind switch
    {
        ProgramKind.Xdp => XdpMd,
        ProgramKind.SocketFilter => SocketFilterSkBuff,
        ProgramKind.TrafficControl => TrafficControlSkBuff,
        _ => throw new ArgumentException($"A {kind} program isn't called with a context of fields.", nameof(kind)),
    };

    private static ContextLayout SkBuff(ImmutableArray<ContextField> fields) => new("__sk_buff", 192, fields);
}
