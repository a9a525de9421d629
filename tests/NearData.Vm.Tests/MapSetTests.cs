using System.Buffers.Binary;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests;

public sealed class MapSetTests
{
    [Fact]
    public void Values_start_as_the_object_says_and_keep_what_is_written()
    {
        using MapSet maps = new([Array("zero", 3, 5), Array(".data", 4, 1, MapRole.Data) with { InitialValue = [1, 2, 3, 4] }]);
        Assert.Equal([1, 2, 3, 4], maps.Value(1, 0).ToArray());
        maps.Value(0, 4).Fill(9);
        Assert.Equal([0, 0, 0], maps.Value(0, 3).ToArray());
        Assert.Equal([9, 9, 9], maps.Value(0, 4).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => maps.Value(0, 5).Length);
    }

    [Theory]
    [InlineData(8, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData((int)MemoryBudget.DefaultLimit, 1)]
    public void Maps_over_the_limit_are_refused_before_memory_is_taken(int valueSize, int entries)
    {
        MapMemoryException refused = Assert.Throws<MapMemoryException>(() => new MapSet([Array("small", 8, 1), Array("big", valueSize, entries)]));
        Assert.Equal("big", refused.Map);
        Assert.Contains($"{entries} values of {valueSize} bytes", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-8, 1)]
    [InlineData(8, 0)]
    public void Sizes_that_mean_nothing_are_refused(int valueSize, int entries) =>
        Assert.Throws<MapMemoryException>(() => new MapSet([Array("map", valueSize, entries)]));

    [Fact]
    public void A_lookup_finds_each_entry_and_nothing_past_the_end()
    {
        // r0 = *lookup(memory[0..4]), or 77 where there is no such entry.
        Program program = OverMemory(4,
            [Move(R2, R1), .. LoadMap(R1, 0), Instruction.CallHelper(1), Instruction.Jump64(JumpOperation.Equal, R0, 0, 2),
                Instruction.Load(MemorySize.DoubleWord, R0, R0, 0), Instruction.Exit, Move(R0, 77), Instruction.Exit],
            Array("table", 8, 3));
        using MapSet maps = new(program.Maps);
        for (int entry = 0; entry < 3; entry++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(maps.Value(0, entry), 100 + entry);
        }

        Interpreter interpreter = new(program, maps);
        Assert.Equal([100UL, 101, 102, 77, 77], new uint[] { 0, 1, 2, 3, uint.MaxValue }.Select(key => interpreter.Run(BitConverter.GetBytes(key))));
    }

    [Fact]
    public void Sets_of_one_budget_share_its_limit_and_give_back_what_they_took()
    {
        MemoryBudget budget = new(1000);
        using (MapSet first = new([Array("first", 8, 100)], budget))
        {
            Assert.Equal(800, budget.Used);
            MapMemoryException refused = Assert.Throws<MapMemoryException>(() => new MapSet([Array("fits", 8, 20), Array("second", 8, 6)], budget));
            Assert.Equal("Map second: 6 values of 8 bytes, with keys of 4, take 48 bytes; 960 of 1000 bytes are taken.", refused.Message);
            Assert.Equal(800, budget.Used);
        }

        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Disposed_memory_is_not_read()
    {
        MapSet maps = new([Array("map", 8, 1)]);
        maps.Dispose();
        Assert.Throws<ObjectDisposedException>(() => maps.Value(0, 0).Length);
    }
}
