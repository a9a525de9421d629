using NearData.Isa.Programs;
using NearData.Vm.Compilation;

namespace NearData.Vm;

/// <summary>Which verified programs become machine code.</summary>
public static class CompilationLimit
{
    /// <summary>
    /// Slots of one function. The just-in-time compiler takes some microseconds and a kilobyte a slot, and the longest real program that is
    /// known has 124,286; what is longer is interpreted.
    /// </summary>
    public const int Slots = 131_072;

    /// <summary>Why a program is interpreted and not compiled; null where it is compiled.</summary>
    public static string? Obstacle(VerifiedProgram verified)
    {
        foreach (CodeRange function in new FunctionTable(verified).Functions)
        {
            if (function.Length > Slots)
            {
                return $"The function at instruction {function.Start} has {function.Length} slots; up to {Slots} are compiled.";
            }
        }

        return null;
    }

    /// <exception cref="ProgramTooLongException">The program is to be interpreted.</exception>
    internal static void Check(VerifiedProgram verified)
    {
        if (Obstacle(verified) is { } obstacle)
        {
            throw new ProgramTooLongException(verified.Program.Name, obstacle);
        }
    }
}
