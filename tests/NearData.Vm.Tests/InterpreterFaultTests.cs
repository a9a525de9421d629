using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests;

public sealed class InterpreterFaultTests
{
    [Theory]
    [InlineData(-1, MemorySize.Byte)]
    [InlineData(8, MemorySize.Byte)]
    [InlineData(1, MemorySize.DoubleWord)]
    [InlineData(short.MaxValue, MemorySize.Word)]
    [InlineData(short.MinValue, MemorySize.Word)]
    public void A_load_beside_the_memory_names_the_offset_and_the_length(short offset, MemorySize size)
    {
        ExecutionFaultException fault = Fault([Instruction.Load(size, R0, R1, offset), Instruction.Exit], new byte[8]);
        Assert.Equal(FaultKind.OutOfBounds, fault.Kind);
        Assert.Equal(0, fault.Instruction);
        Assert.Equal($"Instruction 0: A load of {size.Bytes()} bytes at offset {offset} of the memory; it has 8 bytes.", fault.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-513)]
    [InlineData(-7)]
    public void A_store_beside_the_stack_frame_is_a_fault(short offset) => Assert.Equal(
        FaultKind.OutOfBounds,
        Fault([Instruction.Store(MemorySize.DoubleWord, R10, offset, R1), Instruction.Exit], []).Kind);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(0x7fff_0000_0000)]
    public void A_number_is_no_address(long address) => Assert.Equal(
        FaultKind.WildAddress,
        Fault([.. LoadNumber(R3, address), Instruction.Load(MemorySize.Byte, R0, R3, 0), Instruction.Exit], new byte[8]).Kind);

    [Fact]
    public void The_frame_pointer_cannot_be_changed() =>
        Assert.Equal(FaultKind.FramePointerChanged, Fault([Move(R10, 1), Instruction.Exit], []).Kind);

    [Fact]
    public void An_endless_loop_ends_at_the_step_limit()
    {
        ExecutionFaultException fault = Fault([Instruction.Goto(-1), Instruction.Exit], []);
        Assert.Equal(FaultKind.StepLimit, fault.Kind);
        Assert.Contains($"may execute {Interpreter.DefaultStepLimit} instructions", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_may_take_exactly_as_many_steps_as_it_needs()
    {
        Program program = OverMemory(0, [Move(R0, 7), Instruction.Exit]);
        Assert.Equal(7UL, Interpreter.RunMemory(program, [], stepLimit: 2));
        Assert.Equal(FaultKind.StepLimit, Assert.Throws<ExecutionFaultException>(() => Interpreter.RunMemory(program, [], stepLimit: 1)).Kind);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-3)]
    public void A_jump_out_of_the_program_is_a_fault(short distance) =>
        Assert.Equal(FaultKind.JumpOutOfRange, Fault([Instruction.Goto(distance), Instruction.Exit], []).Kind);

    [Fact]
    public void Falling_off_the_end_is_a_fault() => Assert.Equal(FaultKind.JumpOutOfRange, Fault([Move(R0, 1)], []).Kind);

    [Fact]
    public void A_function_that_calls_itself_for_ever_runs_out_of_frames()
    {
        ExecutionFaultException fault = Fault([CallLocal(-1), Instruction.Exit], []);
        Assert.Equal(FaultKind.CallDepth, fault.Kind);
        Assert.Equal("8 functions are active, which is the most", fault.Allowed);
    }

    [Fact]
    public void A_callee_may_use_its_callers_frame_but_not_one_that_has_returned()
    {
        // The callee returns its own frame pointer less 8, which is dangling then.
        Instruction[] dangling = [CallLocal(2), Instruction.Load(MemorySize.DoubleWord, R0, R0, 0), Instruction.Exit,
            Move(R0, R10), Instruction.Alu64(AluOperation.Add, R0, -8), Instruction.Exit];
        Assert.Equal(FaultKind.WildAddress, Fault(dangling, []).Kind);

        Instruction[] shared = [Move(R1, R10), Instruction.Store(MemorySize.DoubleWord, R10, -8, 41), CallLocal(2),
            Instruction.Load(MemorySize.DoubleWord, R0, R10, -8), Instruction.Exit,
            Instruction.Load(MemorySize.DoubleWord, R2, R1, -8), Instruction.Alu64(AluOperation.Add, R2, 1),
            Instruction.Store(MemorySize.DoubleWord, R1, -8, R2), Instruction.Exit];
        Assert.Equal(42UL, Interpreter.RunMemory(OverMemory(0, shared), []));
    }

    [Fact]
    public void A_store_to_read_only_data_is_a_fault()
    {
        MapDefinition map = Array(".rodata", 8, 1, MapRole.ReadOnlyData);
        ExecutionFaultException fault = Fault(
            [.. LoadMapValue(R1, 0, 0), Instruction.Store(MemorySize.Word, R1, 0, 1), Instruction.Exit], [], map);
        Assert.Equal(FaultKind.ReadOnly, fault.Kind);
        Assert.Contains(".rodata", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_is_read_only()
    {
        RowLayout row = new("row", 8, [new RowField("a", 0, FieldType.Int64)]);
        Program program = OverMemory(8, [Instruction.Store(MemorySize.Word, R1, 0, 1), Instruction.Exit])
            with { Kind = ProgramKind.Filter, Context = new ProgramContext.Row(row) };
        using MapSet maps = new([]);
        Assert.Equal(FaultKind.ReadOnly, Assert.Throws<ExecutionFaultException>(() => new Interpreter(program, maps).Run(new byte[8])).Kind);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(-1)]
    [InlineData(15)]
    public void An_access_beside_one_value_of_a_map_names_map_and_entry(short offset)
    {
        // Values of 12 bytes lie 16 bytes apart: the gap belongs to none of them.
        ExecutionFaultException fault = Fault(
            [.. LoadMapValue(R1, 0, 0), Instruction.Load(MemorySize.Byte, R0, R1, offset), Instruction.Exit], [], Array("table", 12, 4));
        Assert.Equal(FaultKind.OutOfBounds, fault.Kind);
        Assert.Contains("map table", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_the_program_does_not_have_is_a_fault() =>
        Assert.Equal(FaultKind.UnknownMap, Fault([.. LoadMap(R1, 3), Instruction.Exit], [], Array("table", 8, 1)).Kind);

    [Fact]
    public void A_helper_that_does_not_exist_is_a_fault() =>
        Assert.Equal(FaultKind.UnknownHelper, Fault([Instruction.CallHelper(77), Instruction.Exit], []).Kind);

    [Fact]
    public void A_lookup_wants_a_map_and_a_readable_key()
    {
        MapDefinition map = Array("table", 8, 2);
        Assert.Equal(FaultKind.HelperArgument, Fault([Move(R1, 5), Move(R2, R10), Instruction.CallHelper(1), Instruction.Exit], [], map).Kind);
        Assert.Equal(FaultKind.OutOfBounds, Fault([.. LoadMap(R1, 0), Move(R2, R10), Instruction.CallHelper(1), Instruction.Exit], [], map).Kind);
    }

    [Fact]
    public void Whatever_the_bytes_a_run_ends_with_a_number_or_a_fault()
    {
        Random random = new(1905);
        MapDefinition map = Array("table", 16, 3);
        int faults = 0;
        for (int run = 0; run < 20_000; run++)
        {
            Instruction[] code = [.. Enumerable.Range(0, random.Next(1, 24)).Select(_ => Arbitrary(random))];
            try
            {
                Interpreter.RunMemory(OverMemory(16, code, map), new byte[16], stepLimit: 500);
            }
            catch (ExecutionFaultException)
            {
                faults++;
            }
        }

        Assert.InRange(faults, 1, 20_000);
    }

    // Mostly small registers and offsets, so that runs get somewhere before they fail.
    private static Instruction Arbitrary(Random random) => new(
        new Opcode((byte)random.Next(256)),
        new Register((byte)random.Next(random.Next(8) == 0 ? 16 : 11)),
        new Register((byte)random.Next(random.Next(8) == 0 ? 16 : 11)),
        (short)(random.Next(4) == 0 ? random.Next(short.MinValue, short.MaxValue) : random.Next(-4, 4)),
        random.Next(4) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(-2, 6));

    private static ExecutionFaultException Fault(IEnumerable<Instruction> code, byte[] memory, params ImmutableArray<MapDefinition> maps) =>
        Assert.Throws<ExecutionFaultException>(() => Interpreter.RunMemory(OverMemory(memory.Length, code, maps), memory));
}
