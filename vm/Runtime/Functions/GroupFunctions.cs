using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;
using NearData.Vm.Maps;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="GroupHelpers"/>.</summary>
internal static unsafe class GroupFunctions
{
    public static HelperFunction[] All { get; } = [new(GroupHelpers.Group, Group)];

    private static long Group(long map, long key)
    {
        GroupTable* table = (GroupTable*)((MapHeader*)map)->Index;
        byte* found = table->Find((byte*)key);
        return (long)(found is not null ? found : Unsafe.As<GroupMap>(BpfMap.Of(map)).Add((byte*)key));
    }
}
