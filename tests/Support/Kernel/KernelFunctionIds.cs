using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Objects.Btf;

namespace NearData.TestSupport.Kernel;

/// <summary>Calls of the kernel's functions as the kernel takes them: by the numbers that they have in its own types.</summary>
internal static class KernelFunctionIds
{
    private static readonly Lazy<BtfTypes> Types = new(() => BtfTypes.Read(File.ReadAllBytes("/sys/kernel/btf/vmlinux")));

    /// <summary>The instruction for the kernel; itself where it calls none of its functions.</summary>
    public static Instruction Resolve(Instruction instruction)
    {
        bool isHelper = instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Helper && instruction.Immediate >= HelperSignature.OwnNumbers;
        return isHelper && HelperTable.Find(instruction.Immediate) is { } helper && KernelFunctions.Find(helper.Name) is not null
            ? instruction with { Source = new Register((byte)CallKind.HelperByBtf), Immediate = Types.Value.FindFunction(helper.Name) ?? 0 }
            : instruction;
    }
}
