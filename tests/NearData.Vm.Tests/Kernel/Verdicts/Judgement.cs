using NearData.Isa.Programs;
using NearData.TestSupport.Kernel;
using NearData.Verifier;
using NearData.Verifier.Rejections;

namespace NearData.Vm.Tests.Kernel.Verdicts;

/// <summary>Both verifiers' verdicts on a program.</summary>
/// <param name="Kernel">The kernel's, of a loader who may do everything.</param>
/// <param name="Rejection">Ours; null where it was taken.</param>
internal sealed record Judgement(KernelVerdict Kernel, Rejection? Rejection)
{
    /// <summary>Whether the kernel takes it of a <see cref="PlainLoader"/> too; null where it wasn't asked.</summary>
    public bool? IsTakenOfAnyone { get; init; }

    /// <summary>Has a program judged by both; where only we take it, says which class of difference that is.</summary>
    /// <param name="program">The program.</param>
    /// <param name="load">Loads it into the kernel.</param>
    public static Judgement Of(Program program, Func<IDisposable> load)
    {
        ProgramVerifier.TryVerify(program, out _, out Rejection? rejection);
        KernelVerdict kernel = KernelVerdict.Of(load);
        return new(
            kernel.Log is not { } log || rejection is not null ? kernel : kernel with { Class = kernel.Class ?? OwnKnowledge.Of(program, log) }, rejection);
    }

    /// <summary>Has the kernel judge the program once more, of a loader with fewer rights.</summary>
    /// <param name="load">Loads it into the kernel.</param>
    public Judgement OfAnyone(Func<IDisposable> load)
    {
        if (Kernel.Reason is not null)
        {
            return this with { IsTakenOfAnyone = false };
        }

        using PlainLoader plain = new();
        return this with { IsTakenOfAnyone = KernelVerdict.Of(load).Reason is null };
    }
}
