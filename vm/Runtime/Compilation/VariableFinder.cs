using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;

namespace NearData.Vm.Compilation;

/// <summary>A number in memory that every access takes whole.</summary>
/// <param name="Target">The stack or a map's value.</param>
/// <param name="Map">The map's index; 0 for the stack.</param>
/// <param name="Offset">Bytes from the frame pointer or from the value's first byte.</param>
/// <param name="Size">The number's size.</param>
internal readonly record struct VariableKey(AccessTarget Target, int Map, int Offset, MemorySize Size)
{
    public bool Overlaps(VariableKey other) =>
        Offset < other.Offset + other.Size.Bytes() && other.Offset < Offset + Size.Bytes();
}

/// <summary>
/// Finds the parts of stack and data sections that can be locals of the compiled method: at constant offsets, never accessed
/// in parts, and out of a helper's reach.
/// </summary>
internal static class VariableFinder
{
    public static HashSet<VariableKey> Find(VerifiedProgram verified)
    {
        HashSet<VariableKey> found = [];
        foreach (var region in Accesses(verified).GroupBy(entry => (entry.Access.Target, entry.Access.Index)))
        {
            bool isReadOnly = IsReadOnly(verified.Program, region.Key);
            if (IsReachedOtherwise(verified, region.Key) || (!isReadOnly && region.Any(entry => entry.Access.Offset is null)))
            {
                continue;
            }

            VariableKey[] keys = [.. region
                .Where(entry => entry.Access.Offset is not null)
                .Select(entry => new VariableKey(region.Key.Target, region.Key.Index, entry.Access.Offset!.Value, entry.Size))
                .Distinct()
                .OrderBy(key => key.Offset)];
            found.UnionWith(isReadOnly ? keys : WithoutOverlaps(keys));
        }

        return found;
    }

    private static IEnumerable<(MemoryAccess Access, MemorySize Size)> Accesses(VerifiedProgram verified)
    {
        for (int slot = 0; slot < verified.Program.Code.Length; slot++)
        {
            InstructionFacts facts = verified.Facts.Instructions[slot];
            if (facts.IsReachable && facts.Access.Target is AccessTarget.Stack or AccessTarget.MapValue)
            {
                yield return (facts.Access, verified.Program.Code[slot].Opcode.Size);
            }
        }
    }

    private static bool IsReadOnly(Program program, (AccessTarget Target, int Index) region) =>
        region.Target == AccessTarget.MapValue && program.Maps[region.Index].Role == MapRole.ReadOnlyData;

    // A helper gets addresses of the stack, of sections or of a map, so what it reads or gives out is not among the accesses.
    private static bool IsReachedOtherwise(VerifiedProgram verified, (AccessTarget Target, int Index) region)
    {
        IEnumerable<Instruction> reachable = verified.Program.Code
            .Where((_, slot) => verified.Facts.Instructions[slot].IsReachable);
        if (IsReadOnly(verified.Program, region))
        {
            return false;
        }

        // Addresses of results are proven not to leave the program.
        bool isResults = region.Target == AccessTarget.MapValue && verified.Program.Maps[region.Index].Role == MapRole.Results;
        return (!isResults && reachable.Any(TakesMemory))
            || (region.Target == AccessTarget.MapValue
                && (verified.Program.Maps[region.Index].MaxEntries != 1
                    || reachable.Any(instruction => LoadsMap(instruction, region.Index))));
    }

    private static bool LoadsMap(Instruction instruction, int map) =>
        instruction is { IsWide: true, WideKind: WideImmediateKind.Map } && instruction.Immediate == map;

    private static bool TakesMemory(Instruction instruction) =>
        instruction.IsCall
        && HelperTable.Find(instruction.Immediate) is { } helper
        && helper.Arguments.Any(argument => argument.IsProgramMemory());

    private static IEnumerable<VariableKey> WithoutOverlaps(VariableKey[] keys) =>
        keys.Where(key => !keys.Any(other => other != key && other.Overlaps(key)));
}
