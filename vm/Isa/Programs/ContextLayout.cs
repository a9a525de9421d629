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

/// <summary>A context as programs see it (<c>linux/bpf.h</c>). Its addresses are 64 bits wide although its fields have 4 bytes.</summary>
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
}
