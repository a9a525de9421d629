using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Verifier.Rejections;

namespace NearData.Vm.Tests.Kernel.Verdicts;

/// <summary>Both verifiers' verdicts on a program.</summary>
/// <param name="Kernel">The kernel's.</param>
/// <param name="Rejection">Ours; null where it was taken.</param>
internal sealed record Judgement(KernelVerdict Kernel, Rejection? Rejection)
{
    /// <summary>Has a program judged by both; where only we take it, says which class of difference that is.</summary>
    /// <param name="program">The program.</param>
    /// <param name="load">Loads it into the kernel.</param>
    public static Judgement Of(Program program, Func<IDisposable> load)
    {
        ProgramVerifier.TryVerify(program, out _, out Rejection? rejection);
        KernelVerdict kernel = KernelVerdict.Of(load);
        return new(kernel.Log is not { } log || rejection is not null ? kernel : kernel with { Class = kernel.Class ?? OwnKnowledge.Of(program, log) }, rejection);
    }
}
