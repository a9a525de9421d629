using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Packets;

/// <summary>Where the fields of <c>xdp_md</c> are kept: its addresses as whole pointers.</summary>
internal static unsafe class XdpFields
{
    private static readonly Dictionary<string, int> Places = new(StringComparer.Ordinal)
    {
        ["data"] = Offset(nameof(XdpContext.Data)),
        ["data_end"] = Offset(nameof(XdpContext.End)),
        ["data_meta"] = Offset(nameof(XdpContext.Metadata)),
        ["ingress_ifindex"] = Offset(nameof(XdpContext.IngressInterface)),
        ["rx_queue_index"] = Offset(nameof(XdpContext.ReceiveQueue)),
        ["egress_ifindex"] = Offset(nameof(XdpContext.EgressInterface)),
    };

    /// <summary>Bytes from the start of an <see cref="XdpContext"/>.</summary>
    public static int Place(ContextField field) => Places[field.Name];

    /// <summary>A field's whole value: a number, or a native address.</summary>
    public static ulong Load(XdpContext* context, ContextField field)
    {
        byte* place = (byte*)context + Place(field);
        return field.Kind == ContextFieldKind.Number ? Unsafe.ReadUnaligned<uint>(place) : Unsafe.ReadUnaligned<ulong>(place);
    }

    private static int Offset(string field) => (int)System.Runtime.InteropServices.Marshal.OffsetOf<XdpContext>(field);
}
