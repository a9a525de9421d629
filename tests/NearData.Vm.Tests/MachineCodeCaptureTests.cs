using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests;

public sealed class MachineCodeCaptureTests
{
    [Fact]
    public void The_code_of_a_program_holds_its_constants_and_ends_with_a_return()
    {
        Program program = OverMemory(8, [Instruction.Load(MemorySize.Word, R0, R1, 0), Instruction.Alu64(AluOperation.Xor, R0, 0x12345678), Instruction.Exit]) with
        {
            Name = "machine_code",
        };

        (CompiledMemoryProgram compiled, ImmutableArray<MachineCode> methods) =
            MachineCodeCapture.Run(() => CompiledMemoryProgram.Compile(ProgramVerifier.Verify(program)));

        // Other tests compile at the same time.
        MachineCode code = Assert.Single(methods, method => method.Method == "machine_code");
        Assert.InRange(code.Bytes.AsSpan().IndexOf<byte>([0x78, 0x56, 0x34, 0x12]), 1, code.Bytes.Length);
        Assert.Equal(0xc3, code.Bytes[^1]);
        using MapSet maps = new(program.Maps);
        Assert.Equal(0x12345679UL, compiled.Run(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0 }, maps));
    }
}
