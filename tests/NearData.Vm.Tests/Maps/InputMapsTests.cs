using NearData.Isa.Programs;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests.Maps;

/// <summary>Input maps are frozen for those who use them, and take no more memory than their users need.</summary>
public sealed class InputMapsTests
{
    private static readonly MapDefinition Hash = new("hash", MapRole.Declared, MapType.Hash, 4, 8, 16, []);
    private static readonly MapDefinition Array = Programs.Array("array", 8, 4);

    [Fact]
    public void A_frozen_map_stays_as_it_was_whatever_is_changed_meanwhile()
    {
        using InputMaps maps = new([Hash, Array], new MemoryBudget());
        maps.Update(0, [Entry(1, 10)], UpdateFlags.Any);
        maps.Update(1, [Entry(2, 20)], UpdateFlags.Any);
        using FrozenMaps first = maps.Freeze()!;
        maps.Update(0, [Entry(1, 11), Entry(3, 30)], UpdateFlags.Any);
        maps.Update(1, [Entry(2, 21)], UpdateFlags.Any);
        using FrozenMaps second = maps.Freeze()!;
        maps.Delete(0, [BitConverter.GetBytes(1)]);

        Assert.Equal([(1, 10L)], Entries(first[0]!));
        Assert.Equal([(1, 11L), (3, 30L)], Entries(second[0]!));
        Assert.Equal([(3, 30L)], maps.Read(0, (map, _) => Entries(map)));
        Assert.Equal([20L, 21L], new[] { first, second }.Select(frozen => Entries(frozen[1]!)[2].Value));
        Assert.Equal(5, maps.Version);
    }

    [Fact]
    public void A_map_that_nobody_uses_is_changed_in_place_and_all_memory_comes_back()
    {
        MemoryBudget budget = new();
        InputMaps maps = new([Hash], budget);
        Assert.Equal(0, budget.Used);

        maps.Update(0, [Entry(1, 10)], UpdateFlags.Any);
        long once = budget.Used;
        maps.Freeze()!.Dispose();
        maps.Update(0, [Entry(1, 11)], UpdateFlags.Any);
        Assert.Equal(once, budget.Used);

        FrozenMaps frozen = maps.Freeze()!;
        maps.Update(0, [Entry(1, 12)], UpdateFlags.Any);
        Assert.Equal(2 * once, budget.Used);
        maps.Dispose();
        Assert.Equal(once, budget.Used);
        Assert.Null(maps.Freeze());
        Assert.Equal([(1, 11L)], Entries(frozen[0]!));
        frozen.Dispose();
        frozen.Dispose();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Memory_counts_for_the_program_and_for_all_programs_together()
    {
        MemoryBudget all = new(700);
        using InputMaps one = new([Array with { MaxEntries = 50 }], new MemoryBudget(500, all));
        using InputMaps other = new([Array with { MaxEntries = 50 }], new MemoryBudget(500, all));
        using InputMaps large = new([Array with { MaxEntries = 100 }], new MemoryBudget(500, all));
        one.Freeze()!.Dispose();

        Assert.Equal(400, all.Used);
        Assert.True(Assert.Throws<MapMemoryException>(() => other.Freeze()).IsTransient);
        Assert.False(Assert.Throws<MapMemoryException>(() => large.Freeze()).IsTransient);
        Assert.Equal(400, all.Used);
        one.Dispose();
        other.Freeze()!.Dispose();
        Assert.Equal(400, all.Used);
    }

    [Fact]
    public void A_change_ends_at_the_first_entry_that_is_refused_and_says_which()
    {
        using InputMaps maps = new([Array], new MemoryBudget());

        MapChange change = maps.Update(0, [Entry(1, 10), Entry(4, 40), Entry(2, 20)], UpdateFlags.Any);

        Assert.Equal((1, MapError.TooBig), (change.Done, change.Error));
        Assert.Equal([0L, 10L, 0L, 0L], maps.Read(0, (map, _) => Entries(map).Select(entry => entry.Value)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Pages_of_any_size_give_all_entries_once(int size)
    {
        using MapSet set = new([Hash]);
        for (int key = 0; key < 11; key++)
        {
            set[0].Update(BitConverter.GetBytes(key), BitConverter.GetBytes(key * 10L));
        }

        List<int> keys = [];
        byte[]? last = [];
        while (last is not null)
        {
            MapPage page = set[0].ReadPage(last, size);
            Assert.InRange(page.Entries.Length, 0, size);
            keys.AddRange(page.Entries.Select(entry => BitConverter.ToInt32(entry.Key)));
            last = page.Last;
        }

        Assert.Equal(Enumerable.Range(0, 11), keys.Order());
    }

    private static MapEntry Entry(int key, long value) => new(BitConverter.GetBytes(key), BitConverter.GetBytes(value));

    private static (int Key, long Value)[] Entries(BpfMap map) =>
        [.. map.ReadAll().Select(entry => (BitConverter.ToInt32(entry.Key), BitConverter.ToInt64(entry.Value))).Order()];
}
