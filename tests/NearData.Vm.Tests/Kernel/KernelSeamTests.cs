using NearData.Isa;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests.Kernel;

/// <summary>The seam to the kernel's own eBPF does what the differential tests take for granted.</summary>
public sealed class KernelSeamTests
{
    private static readonly MapDefinition Hash = new("hash", MapRole.Declared, MapType.Hash, 4, 8, 16, []);

    [FactNeeding(Needs.KernelBpf)]
    public void A_memory_program_gets_its_memory_and_length_and_gives_back_all_of_r0()
    {
        using KernelMachine machine = KernelMachine.Load(OverMemory(16,
        [
            Instruction.Load(MemorySize.DoubleWord, R0, R1, 8),
            Instruction.Alu64(AluOperation.Add, R0, R2),
            Instruction.Store(MemorySize.DoubleWord, R1, 0, R0),
            Instruction.Exit,
        ]));
        byte[] memory = [.. new byte[8], 1, 2, 3, 4, 5, 6, 7, 8];

        Assert.Equal(0x0807060504030201UL + 16, machine.RunMemory(memory));
        Assert.Equal([0x11, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8], memory);
    }

    [FactNeeding(Needs.KernelBpf)]
    public void Data_sections_start_with_their_bytes_and_constants_can_not_be_written()
    {
        MapDefinition constants = Array(".rodata", 8, 1, MapRole.ReadOnlyData) with { InitialValue = [7, 0, 0, 0, 0, 0, 0, 9] };
        using KernelMachine machine = KernelMachine.Load(OverMemory(
            0, [.. LoadMapValue(R1, 0, 4), Instruction.Load(MemorySize.Word, R0, R1, 0), Instruction.Exit], constants));

        Assert.Equal(0x09000000UL, machine.RunMemory([]));
        KernelException refusal = Assert.Throws<KernelException>(() => KernelMachine.Load(OverMemory(
            0, [.. LoadMapValue(R1, 0, 4), Instruction.Store(MemorySize.Word, R1, 0, 1), Move(R0, 0), Instruction.Exit], constants)));
        Assert.Equal((BpfCommand.ProgramLoad, Errno.EACCES), (refusal.Command, refusal.Error));
        Assert.Contains("write into map forbidden", refusal.Log);
    }

    [FactNeeding(Needs.KernelBpf)]
    public void Functions_are_called_and_callbacks_are_run()
    {
        // Five calls of a callback that adds its index to the stack's 100; a function doubles that sum and the number of calls.
        using KernelMachine machine = KernelMachine.Load(OverMemory(0,
        [
            Instruction.Store(MemorySize.DoubleWord, R10, -8, 100),
            Move(R1, 5),
            new(Opcode.WideImmediate, R2, new Register((byte)WideImmediateKind.Function), 0, 9), default,
            Move(R3, R10), Instruction.Alu64(AluOperation.Add, R3, -8),
            Move(R4, 0),
            Instruction.CallHelper(181),
            Instruction.Load(MemorySize.DoubleWord, R1, R10, -8),
            Instruction.Alu64(AluOperation.Add, R1, R0),
            CallLocal(6), Instruction.Exit,
            Instruction.Load(MemorySize.DoubleWord, R3, R2, 0),
            Instruction.Alu64(AluOperation.Add, R3, R1),
            Instruction.Store(MemorySize.DoubleWord, R2, 0, R3),
            Move(R0, 0), Instruction.Exit,
            Move(R0, R1), Instruction.Alu64(AluOperation.Add, R0, R0), Instruction.Exit,
        ]));

        Assert.Equal(2 * (100UL + 0 + 1 + 2 + 3 + 4 + 5), machine.RunMemory([]));
    }

    [FactNeeding(Needs.KernelBpf)]
    public void Maps_are_set_found_listed_and_emptied_one_by_one_and_in_batches()
    {
        using KernelMap map = KernelMap.Create(Hash);
        map.Update([1, 0, 0, 0], new byte[8]);

        Assert.Equal(Errno.EEXIST, map.TryUpdate([1, 0, 0, 0], new byte[8], UpdateRule.NoExist));
        Assert.Equal(Errno.ENOENT, map.TryUpdate([2, 0, 0, 0], new byte[8], UpdateRule.Exist));
        Assert.Null(map.Lookup([2, 0, 0, 0]));
        Assert.Equal((2, null), map.UpdateBatch([[2, 0, 0, 0], [3, 0, 0, 0]], [[2, 2, 2, 2, 2, 2, 2, 2], [3, 3, 3, 3, 3, 3, 3, 3]]));
        Assert.Equal([1, 2, 3], map.Entries().Select(entry => (int)entry.Key[0]).Order());
        Assert.Equal((1, null), map.DeleteBatch([[1, 0, 0, 0]]));
        KernelBatch batch = map.ReadBatch(BpfCommand.MapLookupAndDeleteBatch, position: null, count: 16);
        Assert.Equal((Errno.ENOENT, 2), (batch.Error, batch.Entries.Length));
        Assert.All(batch.Entries, entry => Assert.Equal(entry.Key[0], entry.Value[7]));
        Assert.Equal(Errno.ENOENT, map.TryDelete([2, 0, 0, 0]));
    }

    [FactNeeding(Needs.KernelBpf)]
    public void A_packet_program_changes_its_packet()
    {
        Program program = OverMemory(0,
        [
            Instruction.Load(MemorySize.Word, R2, R1, 0),
            Instruction.Load(MemorySize.Word, R3, R1, 4),
            Move(R4, R2), Instruction.Alu64(AluOperation.Add, R4, 14),
            Instruction.Jump64(JumpOperation.Greater, R4, R3, 1),
            Instruction.Store(MemorySize.Byte, R2, 13, 0x5a),
            Instruction.Alu64(AluOperation.Subtract, R3, R2),
            Move(R0, R3), Instruction.Exit,
        ]) with { Kind = ProgramKind.Xdp, Context = new ProgramContext.Fields(ContextLayout.XdpMd) };
        using KernelMachine machine = KernelMachine.Load(program);
        using KernelMaps none = KernelMaps.Create([]);
        using KernelProgram plain = KernelLoader.Load(program, none);

        (ulong result, byte[] packet) = machine.RunPacket(new byte[60]);

        Assert.Equal((60UL, 60, 0x5a), (result, packet.Length, packet[13]));
        Assert.Equal(60U, plain.Run(new byte[60]).ReturnValue);
        Assert.Equal(program.Code.Length * Instruction.Size, plain.TranslatedCode().Length);
        Assert.Matches("^[0-9a-f]{16}$", plain.Tag());
    }
}
