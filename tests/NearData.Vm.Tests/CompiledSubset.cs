using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Tests;

/// <summary>What the compiler takes of verified code: it has no calls between functions, <c>may_goto</c> and ordered accesses yet.</summary>
internal static class CompiledSubset
{
    public static bool Holds(Program program) => program.Code.All(instruction => !instruction.IsMayGoto
        && !(instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Local)
        && !(instruction.IsAtomic && instruction.Immediate >= (int)AtomicOperation.LoadAcquire));
}
