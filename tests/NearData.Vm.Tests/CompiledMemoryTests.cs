using System.Buffers.Binary;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm.Maps;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests;

public sealed class CompiledMemoryTests
{
    // *lookup(table, memory[0..4]) += memory[4..8], or 77 where there is no such entry; returns the value.
    private static readonly Program Counter = OverMemory(8,
        [Move(R6, R1), Instruction.Load(MemorySize.Word, R3, R1, 0), Instruction.Store(MemorySize.Word, R10, -4, R3),
            Move(R2, R10), Instruction.Alu64(AluOperation.Add, R2, -4), .. LoadMap(R1, 0), Instruction.CallHelper(1),
            Instruction.Jump64(JumpOperation.Equal, R0, 0, 4),
            Instruction.Load(MemorySize.Word, R3, R6, 4),
            Instruction.Atomic(AtomicOperation.AddFetch, MemorySize.DoubleWord, R0, 8, R3),
            Move(R0, R3), Instruction.Exit, Move(R0, 77), Instruction.Exit],
        Array("table", 16, 3));

    [Fact]
    public void Maps_are_looked_up_updated_and_kept_from_call_to_call()
    {
        CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(ProgramVerifier.Verify(Counter));
        using MapSet maps = new(Counter.Maps);
        Assert.Equal([0UL, 5, 0, 77, 77], new uint[] { 2, 2, 0, 3, uint.MaxValue }.Select(key => compiled.Run(Call(key, 5), maps)));
        Assert.Equal(10, BinaryPrimitives.ReadInt64LittleEndian(maps.Value(0, 2)[8..]));
    }

    [Fact]
    public void Code_runs_only_over_memory_and_maps_that_it_was_verified_for()
    {
        CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(ProgramVerifier.Verify(Counter));
        using MapSet maps = new(Counter.Maps);
        using MapSet others = new([Array("table", 8, 1)]);
        Assert.Contains("8 bytes of memory, not 7", Assert.Throws<ArgumentException>(() => compiled.Run(new byte[7], maps)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => compiled.Run(new byte[8], others));
    }

    [Theory]
    [InlineData(RunnerKind.Interpreted)]
    [InlineData(RunnerKind.Compiled)]
    public void A_helper_reads_what_the_program_has_just_stored_in_a_section(RunnerKind kind)
    {
        // .data holds 1; the program stores 2 there and looks that entry up.
        Program program = OverMemory(0,
            [.. LoadMapValue(R2, 1, 0), Instruction.Store(MemorySize.Word, R2, 0, 2), .. LoadMap(R1, 0), Instruction.CallHelper(1),
                Instruction.Jump64(JumpOperation.Equal, R0, 0, 1), Instruction.Load(MemorySize.DoubleWord, R0, R0, 0), Instruction.Exit],
            Array("table", 8, 3),
            Array(".data", 4, 1, MapRole.Data) with { InitialValue = [1, 0, 0, 0] });
        using MapSet maps = new(program.Maps);
        maps.Value(0, 1)[0] = 11;
        maps.Value(0, 2)[0] = 22;
        Assert.Equal(22UL, kind == RunnerKind.Compiled
            ? CompiledMemoryProgram.Compile(ProgramVerifier.Verify(program)).Run([], maps)
            : new Interpreter(program, maps).Run([]));
    }

    [Fact]
    public void A_clock_never_goes_back()
    {
        CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(
            ProgramVerifier.Verify(OverMemory(0, [Instruction.CallHelper(5), Instruction.Exit])));
        using MapSet maps = new([]);
        ulong first = compiled.Run([], maps);
        Assert.True(compiled.Run([], maps) >= first && first > 0);
    }

    private static byte[] Call(uint key, uint addend) => [.. BitConverter.GetBytes(key), .. BitConverter.GetBytes(addend)];
}
