using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Maps.MapFixture;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests.Maps;

/// <summary>What programs do with maps, by the interpreter, against what the host sees.</summary>
public sealed class MapHelperTests
{
    private const int Update = 2;
    private const int Delete = 3;
    private const int Push = 87;
    private const int Pop = 88;
    private const int Peek = 89;
    private const int LookupOnCpu = 195;

    private static readonly At Key = new(0);
    private static readonly At Value = new(8);

    [Theory]
    [InlineData(MapType.Hash)]
    [InlineData(MapType.LruHash)]
    public void A_program_makes_changes_and_deletes_elements(MapType type)
    {
        MapDefinition definition = Define(type, 8, 8, 2);
        using MapSet maps = Make(definition);
        byte[] memory = [.. Bytes(5L), .. Bytes(50L), .. new byte[16]];
        Assert.Equal(-2, Run(Call(Update, definition, Key, Value, 2), maps, memory));
        Assert.Equal(0, Run(Call(Update, definition, Key, Value, 1), maps, memory));
        Assert.Equal(-17, Run(Call(Update, definition, Key, Value, 1), maps, memory));
        Assert.Equal(-22, Run(Call(Update, definition, Key, Value, 8), maps, memory));
        Assert.Equal(50, Find(maps[0], Bytes(5L)));
        Assert.Equal(0, Run(Call(Delete, definition, Key), maps, memory));
        Assert.Equal(-2, Run(Call(Delete, definition, Key), maps, memory));
        Assert.Null(Find(maps[0], Bytes(5L)));
    }

    [Fact]
    public void A_queue_and_a_stack_give_back_in_their_order()
    {
        foreach ((MapType type, long first) in new[] { (MapType.Queue, 1L), (MapType.Stack, 2L) })
        {
            MapDefinition definition = Define(type, 0, 8, 2);
            using MapSet maps = Make(definition);
            foreach (long value in new[] { 1L, 2 })
            {
                Assert.Equal(0, Run(Call(Push, definition, Value, 0), maps, [.. new byte[8], .. Bytes(value), .. new byte[16]]));
            }

            byte[] memory = new byte[32];
            Assert.Equal(-7, Run(Call(Push, definition, Value, 0), maps, memory));
            Assert.Equal(0, Run(Call(Peek, definition, Value), maps, memory));
            Assert.Equal(first, BitConverter.ToInt64(memory, 8));
            Assert.Equal(0, Run(Call(Pop, definition, Value), maps, memory));
            Assert.Equal(0, Run(Call(Pop, definition, Value), maps, memory));
            Assert.Equal(3 - first, BitConverter.ToInt64(memory, 8));
            Assert.Equal(-2, Run(Call(Pop, definition, Value), maps, memory));
        }
    }

    [Theory]
    [InlineData(MapType.PerCpuArray)]
    [InlineData(MapType.PerCpuHash)]
    [InlineData(MapType.LruPerCpuHash)]
    public void Each_cpu_has_a_value_of_its_own(MapType type)
    {
        MapDefinition definition = Define(type, 4, 8, 2);
        using MapSet maps = Make(definition, cpus: 3);
        byte[] memory = [.. Bytes(1L), .. Bytes(70L), .. new byte[16]];
        RunContext.Current.Processor = 1;
        try
        {
            Assert.Equal(0, Run(Call(Update, definition, Key, Value, 0), maps, memory));
        }
        finally
        {
            RunContext.Current.Processor = 0;
        }

        byte[] values = new byte[maps[0].HostValueSize];
        Assert.Equal(MapError.None, maps[0].Lookup(Bytes(1), values));
        Assert.Equal([.. Bytes(0L), .. Bytes(70L), .. Bytes(0L)], values);
        Assert.NotEqual(0, Run(Call(LookupOnCpu, definition, Key, 2), maps, memory));
        Assert.Equal(0, Run(Call(LookupOnCpu, definition, Key, 3), maps, memory));
        Assert.Equal(0, Run(Call(LookupOnCpu, definition, Key, -1), maps, memory));
    }

    [Fact]
    public void A_value_keeps_its_bytes_after_its_element_was_deleted()
    {
        // p = lookup(5); delete(5); return *p: memory of the map still, as with the kernel's pre-allocated maps.
        MapDefinition definition = Define(MapType.Hash, 8, 8, 4);
        using MapSet maps = Make(definition);
        maps[0].Update(Bytes(5L), Bytes(99L));
        Program program = OverMemory(8,
            [Move(R6, R1), .. LoadMap(R1, 0), Move(R2, R6), Instruction.CallHelper(1), Instruction.Jump64(JumpOperation.Equal, R0, 0, 6),
                Move(R7, R0), .. LoadMap(R1, 0), Move(R2, R6), Instruction.CallHelper(Delete), Instruction.Load(MemorySize.DoubleWord, R0, R7, 0),
                Instruction.Exit],
            definition);
        Assert.Equal(99, Run(program, maps, Bytes(5L)));
        Assert.Null(Find(maps[0], Bytes(5L)));
    }

    [Fact]
    public void Only_the_bytes_of_values_are_a_programs()
    {
        MapDefinition definition = Define(MapType.Hash, 8, 8, 4);
        using MapSet maps = Make(definition);
        maps[0].Update(Bytes(5L), Bytes(99L));
        foreach (short offset in (short[])[-1, 1, 8, 100, -16])
        {
            Program program = OverMemory(8,
                [Move(R2, R1), .. LoadMap(R1, 0), Instruction.CallHelper(1), Instruction.Load(MemorySize.DoubleWord, R0, R0, offset), Instruction.Exit],
                definition);
            Assert.Equal(FaultKind.OutOfBounds, Assert.Throws<ExecutionFaultException>(() => Run(program, maps, Bytes(5L))).Kind);
        }
    }

    [Fact]
    public void A_program_finds_maps_in_maps_and_values_in_those()
    {
        MapDefinition inner = Define(MapType.Hash, 4, 8, 4) with { Name = "inner" };
        foreach (MapType type in (MapType[])[MapType.ArrayOfMaps, MapType.HashOfMaps])
        {
            MapDefinition outer = Define(type, 4, 4, 4) with { Inner = inner, Slots = [new MapSlot(2, "inner")] };
            using MapSet maps = new([outer, inner]);
            maps[1].Update(Bytes(7), Bytes(123L));

            // inner = lookup(outer, memory[0..4]); value = lookup(inner, memory[4..8]); return *value, or 1 or 2 where there is none.
            Program program = OverMemory(8,
                [Move(R6, R1), .. LoadMap(R1, 0), Move(R2, R6), Instruction.CallHelper(1), Move(R1, R0), Move(R0, 1),
                    Instruction.Jump64(JumpOperation.Equal, R1, 0, 7), Move(R2, R6), Instruction.Alu64(AluOperation.Add, R2, 4),
                    Instruction.CallHelper(1), Instruction.Jump64(JumpOperation.NotEqual, R0, 0, 2), Move(R0, 2), Instruction.Goto(1),
                    Instruction.Load(MemorySize.DoubleWord, R0, R0, 0), Instruction.Exit]);
            Assert.Equal(123, Run(program, maps, [.. Bytes(2), .. Bytes(7)]));
            Assert.Equal(2, Run(program, maps, [.. Bytes(2), .. Bytes(8)]));
            Assert.Equal(1, Run(program, maps, [.. Bytes(1), .. Bytes(7)]));
            Assert.Same(maps[1], ((MapOfMaps)maps[0]).Find(Bytes(2)));
            Assert.Equal(MapError.None, maps[0].Delete(Bytes(2)));
            Assert.Equal(MapError.NoEntry, maps[0].Delete(Bytes(2)));
            Assert.Equal(1, Run(program, maps, [.. Bytes(2), .. Bytes(7)]));
        }
    }

    [Fact]
    public void A_map_of_maps_takes_only_maps_like_its_inner_one()
    {
        MapDefinition inner = Define(MapType.Array, 4, 8, 4);
        using MapSet outer = Make(Define(MapType.ArrayOfMaps, 4, 4, 2) with { Inner = inner });
        using MapSet others = new([inner with { ValueSize = 16 }, inner with { MaxEntries = 5 }, inner]);
        MapOfMaps map = (MapOfMaps)outer[0];
        Assert.Equal(MapError.Invalid, map.Set(Bytes(0), others[0]));
        Assert.Equal(MapError.Invalid, map.Set(Bytes(0), others[1]));
        Assert.Equal(MapError.TooBig, map.Set(Bytes(2), others[2]));
        Assert.Equal(MapError.None, map.Set(Bytes(1), others[2]));
        Assert.Null(map.Find(Bytes(0)));
        outer.Dispose();
    }

    [Theory]
    [InlineData(MapFlags.ReadOnlyForPrograms, FaultKind.HelperArgument)]
    [InlineData(MapFlags.WriteOnlyForPrograms, FaultKind.WriteOnly)]
    public void What_a_maps_flags_forbid_is_a_fault(uint flags, FaultKind fault)
    {
        MapDefinition definition = Define(MapType.Array, 4, 8, 4, flags);
        using MapSet maps = Make(definition);
        Program load = OverMemory(32,
            [Move(R2, R1), .. LoadMap(R1, 0), Instruction.CallHelper(1), Instruction.Load(MemorySize.DoubleWord, R0, R0, 0), Instruction.Exit], definition);
        Program wrong = fault == FaultKind.WriteOnly ? load : Call(Update, definition, Key, Value, 0);
        Program right = fault == FaultKind.WriteOnly ? Call(Update, definition, Key, Value, 0) : load;
        Assert.Equal(fault, Assert.Throws<ExecutionFaultException>(() => Run(wrong, maps, new byte[32])).Kind);
        Assert.Equal(0, Run(right, maps, new byte[32]));
    }

    [Fact]
    public void A_host_may_do_what_the_maps_flags_say()
    {
        using MapSet maps = new([Define(MapType.Hash, 4, 8, 4, MapFlags.ReadOnlyForHost), Define(MapType.Hash, 4, 8, 4, MapFlags.WriteOnlyForHost)]);
        Assert.Equal(MapError.NotPermitted, maps[0].Update(Bytes(1), Bytes(1L)));
        Assert.Equal(MapError.NoEntry, maps[0].Lookup(Bytes(1), new byte[8]));
        Assert.Equal(MapError.None, maps[1].Update(Bytes(1), Bytes(1L)));
        Assert.Equal(MapError.NotPermitted, maps[1].Lookup(Bytes(1), new byte[8]));
    }

    [Fact]
    public void A_lock_is_taken_once_and_given_back()
    {
        MapDefinition definition = Define(MapType.Array, 4, 16, 2) with { SpinLockOffset = 8 };
        using MapSet maps = Make(definition);
        Instruction[] find = [Move(R2, R1), .. LoadMap(R1, 0), Instruction.CallHelper(1), Move(R6, R0), Instruction.Alu64(AluOperation.Add, R6, 8)];
        Instruction[] take = [Move(R1, R6), Instruction.CallHelper(93)];
        Instruction[] giveBack = [Move(R1, R6), Instruction.CallHelper(94)];
        Instruction[] end = [Move(R0, 0), Instruction.Exit];
        Assert.Equal(0, Run(OverMemory(4, [.. find, .. take, .. giveBack, .. end], definition), maps, Bytes(0)));
        foreach ((Instruction[] middle, FaultKind kind) in new (Instruction[], FaultKind)[]
        {
            (take, FaultKind.NotGivenBack),
            ([.. take, .. take], FaultKind.HelperArgument),
            (giveBack, FaultKind.HelperArgument),
        })
        {
            Program program = OverMemory(4, [.. find, .. middle, .. end], definition);
            Assert.Equal(kind, Assert.Throws<ExecutionFaultException>(() => Run(program, maps, Bytes(0))).Kind);
        }

        // Whatever became of those calls, nobody waits for the lock, and it can't be read or written.
        byte[] value = [.. Bytes(5L), .. Bytes(-1L)];
        Assert.Equal(MapError.None, maps[0].Update(Bytes(0), value, UpdateFlags.Lock));
        Assert.Equal(MapError.None, maps[0].Lookup(Bytes(0), value, UpdateFlags.Lock));
        Assert.Equal([.. Bytes(5L), 0, 0, 0, 0, 255, 255, 255, 255], value);
    }

    [Fact]
    public void A_lock_flag_without_a_lock_is_refused()
    {
        using MapSet maps = Make(Define(MapType.Hash, 4, 8, 2));
        Assert.Equal(MapError.Invalid, maps[0].Update(Bytes(0), Bytes(1L), UpdateFlags.Lock));
        Assert.Equal(MapError.Invalid, maps[0].Lookup(Bytes(0), new byte[8], UpdateFlags.Lock));
    }
}
