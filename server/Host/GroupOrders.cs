using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Engine.Groups;
using NearData.Isa.Programs;
using NearData.Vm;
using GroupOrder = NearData.Engine.Groups.GroupOrder;

namespace NearData.Server;

/// <summary>The orders of a request, judged before anything runs.</summary>
internal static class GroupOrders
{
    /// <exception cref="RpcException"><see cref="ErrorCode.InvalidArgument"/>: one names no group map of the program, or no column of it.</exception>
    public static Dictionary<string, GroupOrder> Read(IEnumerable<Contracts.V1.GroupOrder> requested, QueryProgram query)
    {
        Dictionary<string, GroupOrder> orders = new(StringComparer.Ordinal);
        foreach (Contracts.V1.GroupOrder order in requested)
        {
            MapDefinition map = query.Maps.FirstOrDefault(map => map is { Type: MapType.Groups, IsFrozenGroups: false } && map.Name == order.Map)
                ?? throw new RpcException(ErrorCode.InvalidArgument, $"An order is given for groups of map '{order.Map}'; the program makes none of that name.");
            string[] columns = [.. map.Group!.Key.Select(part => part.Name), .. map.Group.Values.Select(value => value.Name)];
            foreach (OrderKey key in order.Keys)
            {
                if (columns.Count(column => column == key.Column) != 1)
                {
                    throw new RpcException(
                        ErrorCode.InvalidArgument, $"Groups of map '{map.Name}' can't be ordered by '{key.Column}'; they have {string.Join(", ", columns)}.");
                }
            }

            if (!orders.TryAdd(map.Name, Order(order)))
            {
                throw new RpcException(ErrorCode.InvalidArgument, $"Two orders are given for groups of map '{map.Name}'.");
            }
        }

        return orders;
    }

    private static GroupOrder Order(Contracts.V1.GroupOrder order) => new(
        order.Map,
        [.. order.Keys.Select(key => new GroupOrderKey(key.Column, key.Descending ? SortDirection.Descending : SortDirection.Ascending))],
        order.HasLimit ? (long)Math.Min(order.Limit, long.MaxValue) : null);
}
