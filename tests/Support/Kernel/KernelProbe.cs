using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.TestSupport.Kernel;

/// <summary>Whether this machine's kernel lets this process load and run eBPF.</summary>
public static class KernelProbe
{
    /// <summary>Why it doesn't, or null where it does. Found once, by loading and running a program.</summary>
    public static string? Missing { get; } = Find();

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux() || System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
            != System.Runtime.InteropServices.Architecture.X64)
        {
            return "bpf() is asked by its number on 64-bit x86 Linux only";
        }

        try
        {
            using KernelMachine machine = KernelMachine.Load(new Program
            {
                Name = "probe",
                Section = "xdp",
                Kind = ProgramKind.Memory,
                Context = new ProgramContext.Memory(8),
                Code = [Instruction.Alu64(AluOperation.Move, Register.R0, -1), Instruction.Exit],
            });
            return machine.RunMemory(new byte[8]) == ulong.MaxValue ? null : "bpf() runs programs, but not rightly";
        }
        catch (KernelException refusal)
        {
            return $"bpf() is not for this process here ({refusal.Command}: {refusal.Error})";
        }
    }
}
