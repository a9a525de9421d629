using System.Buffers.Binary;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using NearData.Vm.Memory;

namespace NearData.Vm.Tests;

/// <summary>Groups of several workers made one worker's by several threads, against a dictionary.</summary>
public sealed unsafe class GroupMergeTests
{
    private static readonly GroupLayout Layout = new(
        [new GroupKeyField("key", 0, 8, FieldType.Int64)],
        [
            new ResultField("sum", 0, FieldType.Int64, MergeRule.Sum),
            new ResultField("unsigned_sum", 8, FieldType.UInt64, MergeRule.Sum),
            new ResultField("least", 16, FieldType.Int32, MergeRule.Min),
        ]);

    [Theory]
    [InlineData(8, 1, 40_000, 7)]
    [InlineData(8, 2, 40_000, 100_000)]
    [InlineData(8, 3, 40_000, 1_000_000)]
    [InlineData(8, 7, 3_000, 5_000)]
    [InlineData(20, 3, 10_000, 15_000)]
    [InlineData(2, 2, 20_000, 60_000)]
    public void Any_number_of_threads_makes_the_groups_of_all_workers_in_their_order(int keySize, int threads, int each, int keys)
    {
        MemoryBudget budget = new();
        Random random = new(keySize + threads);
        using (GroupMap first = Map(keySize, 1 << 20, budget))
        {
            Dictionary<long, Int128[]> expected = [];
            List<long> order = [];
            List<GroupMap> others = [];
            for (int worker = 0; worker < 5; worker++)
            {
                GroupMap map = worker == 0 ? first : Map(keySize, 1 << 20, budget);
                Fill(map, random, each, keys, expected, order);
                others.Add(map);
            }

            first.Absorb(others[1..], threads);
            others[1..].ForEach(map => map.Dispose());

            Assert.Equal(order, Enumerable.Range(0, (int)first.Count).Select(group => Number(first.Key(group))));
            for (int group = 0; group < order.Count; group++)
            {
                Assert.Equal(expected[order[group]].AsEnumerable(), [first.Total(group, 0), first.Total(group, 1), first.Total(group, 2)]);
                byte* key = first.KeyAddress(group);
                Assert.True(first.Value(group) == first.Lookup(key));
            }
        }

        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void More_groups_than_declared_are_refused_however_many_threads_find_out()
    {
        MemoryBudget budget = new();
        using GroupMap first = Map(8, 15_000, budget);
        using GroupMap second = Map(8, 15_000, budget);
        Fill(first, new Random(1), 10_000, 1_000_000, [], []);
        Fill(second, new Random(2), 10_000, 1_000_000, [], []);
        GroupLimitException refused = Assert.Throws<GroupLimitException>(() => first.Absorb([second], threads: 2));
        Assert.Equal((GroupLimit.Groups, "Map groups: There are more than 15000 groups, the number that it was declared with."), (refused.Limit, refused.Message));
    }

    [Fact]
    public void Groups_that_memory_has_no_room_for_are_refused()
    {
        MemoryBudget budget = new(limit: 5 << 20);
        using GroupMap first = Map(8, 1 << 20, budget);
        using GroupMap second = Map(8, 1 << 20, budget);
        Fill(first, new Random(1), 30_000, int.MaxValue, [], []);
        Fill(second, new Random(2), 20_000, int.MaxValue, [], []);
        Assert.Equal(GroupLimit.Memory, Assert.Throws<GroupLimitException>(() => first.Absorb([second], threads: 2)).Limit);
        Assert.InRange(budget.Used, 1, budget.Limit);
    }

    [Fact]
    public void A_merge_that_is_cancelled_stops()
    {
        MemoryBudget budget = new();
        using GroupMap first = Map(8, 1 << 20, budget);
        using GroupMap second = Map(8, 1 << 20, budget);
        Fill(second, new Random(2), 20_000, int.MaxValue, [], []);
        Assert.ThrowsAny<OperationCanceledException>(() => first.Absorb([second], threads: 2, new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    public void Frozen_groups_are_found_and_no_others_and_those_that_come_yet_are_too(int keySize)
    {
        MemoryBudget budget = new();
        using (GroupMap groups = Map(keySize, 1 << 20, budget))
        {
            Dictionary<long, Int128[]> expected = [];
            Fill(groups, new Random(keySize), 20_000, 100_000, expected, []);
            long used = budget.Used;
            groups.Freeze();
            Assert.InRange(budget.Used - used, expected.Count, expected.Count * 2);
            Assert.Equal(expected.Keys.Order(), Enumerable.Range(-60_000, 120_000).Select(number => (long)number).Where(number => IsThere(groups, number)));
            Fill(groups, new Random(-keySize), 1_000, 100_000, expected, []);
            Assert.All(expected.Keys, number => Assert.True(IsThere(groups, number)));
        }

        Assert.Equal(0, budget.Used);
    }

    private static bool IsThere(GroupMap groups, long number)
    {
        byte[] key = new byte[int.Max(groups.Definition.KeySize, sizeof(long))];
        WriteKey(key, number);
        fixed (byte* start = key)
        {
            return groups.Header->Lookup(groups.Header, start) is not null;
        }
    }

    private static GroupMap Map(int keySize, int most, MemoryBudget budget) => new(
        new MapDefinition("groups", MapRole.Declared, MapType.Groups, keySize, ValueSize: 24, most, []) { Group = Layout }, budget);

    // Sums of a few extremes overflow 64 bits. The key's other bytes are the number's once more.
    private static void Fill(GroupMap map, Random random, int records, int keys, Dictionary<long, Int128[]> expected, List<long> order)
    {
        byte[] key = new byte[int.Max(map.Definition.KeySize, sizeof(long))];
        for (int record = 0; record < records; record++)
        {
            long number = random.Next(keys) - (map.Definition.KeySize == 2 ? 0 : keys / 2);
            WriteKey(key, number);
            Int128[] values = [random.Next(3) == 0 ? long.MinValue : random.Next(-9, 9), random.Next(3) == 0 ? ulong.MaxValue : 1, random.Next()];
            fixed (byte* start = key)
            {
                byte* found = map.Lookup(start);
                byte* value = found is null ? map.Add(start) : found;
                for (int field = 0; field < values.Length; field++)
                {
                    map.Totals.Merge(value, field, values[field]);
                }
            }

            if (expected.TryAdd(number, values))
            {
                order.Add(number);
            }
            else
            {
                expected[number] = [expected[number][0] + values[0], expected[number][1] + values[1], Int128.Min(expected[number][2], values[2])];
            }
        }
    }

    private static void WriteKey(byte[] key, long number)
    {
        for (int at = 0; at + sizeof(int) <= key.Length; at += sizeof(int))
        {
            BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(at), (int)number);
        }

        BinaryPrimitives.WriteInt64LittleEndian(key, number);
    }

    private static long Number(ReadOnlySpan<byte> key) => key.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(key) : BinaryPrimitives.ReadInt64LittleEndian(key);
}
