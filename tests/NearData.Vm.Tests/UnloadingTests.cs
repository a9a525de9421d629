using System.Runtime.CompilerServices;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm.Compilation;
using NearData.Vm.Maps;
using NearData.Vm.Tests.Kernel.Generation;

namespace NearData.Vm.Tests;

/// <summary>What a program takes is given back when nobody holds it any more.</summary>
public sealed class UnloadingTests
{
    private const int Seeds = 300;

    /// <summary>The runtime may keep the last ones in registers and stack slots that it doesn't know to be dead.</summary>
    private const int MostKept = 4;

    [Fact]
    public void Programs_that_nobody_holds_are_collected_with_their_machine_code()
    {
        WeakReference[] loaded = [.. Enumerable.Range(1, Seeds).SelectMany(seed => LoadAndRun(seed))];
        Assert.True(loaded.Length > Seeds / 2, $"{loaded.Length} of {Seeds} programs and their methods were loaded");
        for (int attempt = 0; attempt < 20 && loaded.Count(IsAlive) > MostKept; attempt++)
        {
            GC.GetTotalMemory(forceFullCollection: true);
        }

        Assert.InRange(loaded.Count(IsAlive), 0, MostKept);
    }

    // Not inlined: the caller's frame must not hold what this one did.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] LoadAndRun(long seed)
    {
        Program program = GeneratedProgram.Make(seed).Program;
        if (program.Kind != ProgramKind.Memory || !ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out _))
        {
            return [];
        }

        using MapSet maps = new(program.Maps);
        CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(verified);
        compiled.Run(GeneratedMemory.Make(seed, input: 0), maps);
        CompiledMethod method = MethodCompiler.CompileCall(verified, CodeTrust.Proof);
        return [new WeakReference(compiled), new WeakReference(method.Call), .. method.Callbacks.Select(callback => new WeakReference(callback))];
    }

    private static bool IsAlive(WeakReference reference) => reference.IsAlive;
}
