using NearData.Isa.Programs;
using NearData.Vm.Maps;
using static NearData.Vm.Tests.Maps.MapFixture;

namespace NearData.Vm.Tests.Maps;

/// <summary>What an LRU map promises; which elements it drops is its own business.</summary>
public sealed class LruHashMapTests
{
    private const int Lookup = 1;

    [Theory]
    [InlineData(MapType.LruHash, 1)]
    [InlineData(MapType.LruHash, 100)]
    [InlineData(MapType.LruPerCpuHash, 7)]
    public void An_update_never_fails_and_what_is_there_is_right(MapType type, int entries)
    {
        using MapSet maps = Make(Define(type, 8, 8, entries));
        Dictionary<long, long> last = [];
        Random random = new(entries);
        for (long step = 0; step < 20_000; step++)
        {
            long key = random.Next(entries * 3);
            last[key] = step;
            Assert.Equal(MapError.None, maps[0].Update(Bytes(key), Bytes(step)));
            Assert.Equal(step, Find(maps[0], Bytes(key)));
        }

        long[] there = [.. last.Keys.Where(key => Find(maps[0], Bytes(key)) is not null)];
        Assert.Equal(entries, there.Length);
        Assert.All(there, key => Assert.Equal(last[key], Find(maps[0], Bytes(key))));
    }

    [Fact]
    public void What_programs_keep_looking_up_stays()
    {
        MapDefinition definition = Define(MapType.LruHash, 8, 8, 64);
        using MapSet maps = Make(definition);
        for (long key = 0; key < 64; key++)
        {
            maps[0].Update(Bytes(key), Bytes(key));
        }

        Interpreter interpreter = new(Call(Lookup, definition, new At(0)) with { Maps = maps.Maps }, maps);
        for (long key = 1000; key < 3000; key++)
        {
            for (long used = 0; used < 8; used++)
            {
                Assert.NotEqual(0UL, interpreter.Run([.. Bytes(used), .. new byte[24]]));
            }

            Assert.Equal(MapError.None, maps[0].Update(Bytes(key), Bytes(key)));
        }
    }

    [Fact]
    public void A_refused_update_drops_nothing()
    {
        using MapSet maps = Make(Define(MapType.LruHash, 8, 8, 2));
        maps[0].Update(Bytes(1L), Bytes(1L));
        maps[0].Update(Bytes(2L), Bytes(2L));
        Assert.Equal(MapError.NoEntry, maps[0].Update(Bytes(3L), Bytes(3L), UpdateFlags.Exist));
        Assert.Equal(MapError.Exists, maps[0].Update(Bytes(1L), Bytes(3L), UpdateFlags.NoExist));
        Assert.Equal((1, 2), (Find(maps[0], Bytes(1L)), Find(maps[0], Bytes(2L))));
    }
}
