using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;
using NearData.Vm.Maps;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="MapHelpers"/>. A map is the address of its header.</summary>
internal static unsafe class MapFunctions
{
    /// <summary>The verdict that sends a packet elsewhere (<c>XDP_REDIRECT</c>).</summary>
    private const long XdpRedirect = 4;

    /// <summary>The verdict of a program that failed (<c>XDP_ABORTED</c>).</summary>
    private const long XdpAborted = 0;

    /// <summary>The verdict to return where there is no target: the flags' low two bits.</summary>
    private const long VerdictMask = 3;

    /// <summary><c>BPF_F_BROADCAST</c>: to all targets of the map.</summary>
    private const long Broadcast = 1 << 3;

    /// <summary><c>BPF_F_EXCLUDE_INGRESS</c>: not to where the packet came from.</summary>
    private const long ExcludeIngress = 1 << 4;

    public static HelperFunction[] All { get; } =
    [
        new(MapHelpers.Lookup, Lookup),
        new(MapHelpers.Update, Update),
        new(MapHelpers.Delete, Delete),
        new(MapHelpers.Redirect, Redirect),
        new(MapHelpers.Push, Push),
        new(MapHelpers.Pop, Pop),
        new(MapHelpers.Peek, Peek),
        new(MapHelpers.LookupOnCpu, LookupOnCpu),
    ];

    private static long Lookup(long map, long key)
    {
        MapHeader* header = (MapHeader*)map;
        return header->Entries != 0
            ? (long)header->Find(Unsafe.ReadUnaligned<uint>((void*)key))
            : (long)header->Lookup(header, (byte*)key);
    }

    private static long Update(long map, long key, long value, long flags) =>
        -(long)BpfMap.Of(map).Update((byte*)key, (byte*)value, (ulong)flags);

    private static long Delete(long map, long key) => -(long)BpfMap.Of(map).Delete((byte*)key);

    private static long Push(long map, long value, long flags) => -(long)BpfMap.Of(map).Push((byte*)value, (ulong)flags);

    private static long Pop(long map, long value) => -(long)BpfMap.Of(map).Pop((byte*)value);

    private static long Peek(long map, long value) => -(long)BpfMap.Of(map).Peek((byte*)value);

    private static long LookupOnCpu(long map, long key, long cpu) => (long)BpfMap.Of(map).LookupOn((byte*)key, (uint)cpu);

    private static long Redirect(long map, long key, long flags)
    {
        TargetMap targets = (TargetMap)BpfMap.Of(map);
        long known = VerdictMask | (targets.HoldsDevices ? Broadcast | ExcludeIngress : 0);
        if ((flags & ~known) != 0)
        {
            return XdpAborted;
        }

        uint index = (uint)key;
        bool isThere = (flags & Broadcast) != 0 || targets.Lookup((byte*)&index) is not null;
        RunContext.Current.Redirect = isThere ? new RedirectTarget(targets, index, (ulong)flags) : default;
        return isThere ? XdpRedirect : flags & VerdictMask;
    }
}
