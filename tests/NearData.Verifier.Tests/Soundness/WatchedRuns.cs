using NearData.Isa.Programs;
using NearData.Verifier.Analysis;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>Runs programs with random inputs and holds every moment against what the verifier knew.</summary>
internal static class WatchedRuns
{
    // What few programs need: a slot changed at random can make a loop that turns for ages.
    private const int MostStates = 4_000;
    private const int MostSteps = 20_000;

    /// <summary>Runs a program in the checking interpreter.</summary>
    /// <param name="program">The program; need not be acceptable.</param>
    /// <param name="seed">Chooses the inputs, and the garbage where nothing may be read.</param>
    /// <param name="inputs">How many.</param>
    /// <param name="alsoCompiled">Whether compiled code must give the same.</param>
    /// <returns>The moments that were seen; null where the program was rejected, or takes too long to be watched.</returns>
    public static long? Watch(Program program, int seed, int inputs, bool alsoCompiled)
    {
        // With little work allowed, loops are looked at in the union of their turns, as long ones are.
        WorkBudget? budget = seed % 3 == 0 ? WorkBudget.ForSaving((2 * program.Code.Length) + 200) : null;
        return RecordedStates.Of(program, MostStates, budget, out VerifiedProgram? verified) is { } states
            ? Watch(verified!, states, seed, inputs, alsoCompiled)
            : null;
    }

    /// <summary>As <see cref="Watch(Program, int, int, bool)"/>, with calls of global functions taken by what is proven of each on its own.</summary>
    public static long? WatchGlobals(Program program, int seed, int inputs, bool alsoCompiled) =>
        RecordedStates.OfGlobals(program, MostStates, out VerifiedProgram? verified) is { } states
            ? Watch(verified!, states, seed, inputs, alsoCompiled)
            : null;

    private static long Watch(VerifiedProgram verified, RecordedStates states, int seed, int inputs, bool alsoCompiled)
    {
        Program program = verified.Program;
        SoundnessObserver observer = new(verified, states);
        using MapSet maps = new(program.Maps);
        Interpreter interpreter = new(program, maps, long.Min(MostSteps, verified.Facts.WorstCaseInstructions)) { Observer = observer.Look };
        using MapSet compiledMaps = new(program.Maps);
        SoundnessRun? compiled = alsoCompiled ? SoundnessRun.Compiled(verified, compiledMaps) : null;
        SoundnessRun interpreted = SoundnessRun.Interpreted(verified, interpreter);
        Random random = new(seed);
        for (int input = 0; input < inputs; input++)
        {
            byte[] bytes = SoundnessRun.AnyInput(program, random);
            observer.Start(random.Next());
            try
            {
                (ulong result, byte[] left) = interpreted.Run(bytes);
                if (compiled?.Run(bytes) is { } other)
                {
                    Assert.True(result == other.Result, $"{program.Name} gives {result}, compiled {other.Result}");
                    Assert.Equal(left, other.Left);
                    SoundnessRun.AssertSameArrays(maps, compiledMaps);
                }
            }
            catch (ExecutionFaultException fault) when (fault.Kind == FaultKind.StepLimit && verified.Facts.WorstCaseInstructions > MostSteps)
            {
                break;
            }
        }

        return observer.Moments;
    }
}
