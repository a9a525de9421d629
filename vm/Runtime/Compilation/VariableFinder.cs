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
/// Finds the parts of stack and data sections that can be locals of one function's method: at constant offsets, never accessed
/// in parts, and out of reach of helpers and other functions.
/// </summary>
internal sealed class VariableFinder
{
    private readonly VerifiedProgram _verified;
    private readonly FunctionTable _functions;
    private readonly CodeRange _range;

    public VariableFinder(VerifiedProgram verified, FunctionTable functions, CodeRange range)
    {
        _verified = verified;
        _functions = functions;
        _range = range;
    }

    public Program Program => _verified.Program;

    public HashSet<VariableKey> Find()
    {
        HashSet<VariableKey> found = [];
        int[] reachable = [.. Enumerable.Range(0, Program.Code.Length).Where(slot => _verified.Facts.Instructions[slot].IsReachable)];
        bool givesMemory = reachable.Any(slot => TakesMemory(Program.Code[slot]));
        HashSet<(AccessTarget Target, int Index)> shared = SharedSections(reachable);
        bool isStackHidden = IsStackHidden(reachable);
        foreach (var region in Accesses().GroupBy(entry => (entry.Access.Target, entry.Access.Index)))
        {
            bool isReadOnly = IsReadOnly(region.Key);
            bool isHidden = region.Key.Target == AccessTarget.Stack
                ? isStackHidden && !givesMemory
                : IsSectionHidden(region.Key.Index, reachable, givesMemory) && !shared.Contains(region.Key);
            if (!isReadOnly && (!isHidden || region.Any(entry => entry.Access.Offset is null)))
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

    private IEnumerable<(MemoryAccess Access, MemorySize Size)> Accesses()
    {
        for (int slot = _range.Start; slot < _range.End; slot++)
        {
            InstructionFacts facts = _verified.Facts.Instructions[slot];
            if (facts.IsReachable && facts.Access.Target is AccessTarget.Stack or AccessTarget.MapValue)
            {
                yield return (facts.Access, Program.Code[slot].Opcode.Size);
            }
        }
    }

    private bool IsReadOnly((AccessTarget Target, int Index) region) =>
        region.Target == AccessTarget.MapValue && Program.Maps[region.Index].Role == MapRole.ReadOnlyData;

    /// <summary>Sections that several functions access: each would have locals of its own.</summary>
    private HashSet<(AccessTarget Target, int Index)> SharedSections(int[] reachable) => _functions.IsSingle ? [] : [.. reachable
        .Where(slot => _verified.Facts.Instructions[slot].Access.Target == AccessTarget.MapValue)
        .Select(slot => (_verified.Facts.Instructions[slot].Access, Function: _functions.IndexOf(slot)))
        .GroupBy(entry => (entry.Access.Target, entry.Access.Index), entry => entry.Function)
        .Where(functions => functions.Distinct().Take(2).Count() == 2)
        .Select(functions => functions.Key)];

    /// <summary>
    /// Whether no other function can be given addresses of this one's stack: there is none, or this one makes no address but r10 itself.
    /// </summary>
    private bool IsStackHidden(int[] reachable) => _functions.IsSingle
        || !reachable.Any(slot => _range.Contains(slot) && CopiesFramePointer(Program.Code[slot]));

    // Sections are a query's own while it runs; other programs share them with whoever runs at the same time.
    private bool IsSectionHidden(int map, int[] reachable, bool givesMemory)
    {
        // Addresses of results are proven not to leave the program.
        bool isResults = Program.Maps[map].Role == MapRole.Results;
        return Program.OwnsMaps
            && (isResults || (!givesMemory && !IsAddressed(reachable)))
            && Program.Maps[map].MaxEntries == 1
            && !reachable.Any(slot => LoadsMap(Program.Code[slot], map));
    }

    /// <summary>Whether a function may reach a section by an address that it was given.</summary>
    private bool IsAddressed(int[] reachable) =>
        !_functions.IsSingle && reachable.Any(slot => _verified.Facts.Instructions[slot].Access.Target == AccessTarget.Addressed);

    private static bool CopiesFramePointer(Instruction instruction) => instruction.Source == Register.R10
        && ((instruction.Opcode.IsArithmetic && instruction.Opcode.UsesSourceRegister)
            || (instruction.Opcode.IsMemory && instruction.Opcode.Class == InstructionClass.StoreX));

    private static bool LoadsMap(Instruction instruction, int map) =>
        instruction is { IsWide: true, WideKind: WideImmediateKind.Map } && instruction.Immediate == map;

    // A helper gets addresses of the stack, of sections or of a map, so what it reads or gives out is not among the accesses.
    private static bool TakesMemory(Instruction instruction) =>
        instruction.IsCall
        && (CallKind)instruction.Source.Number == CallKind.Helper
        && HelperTable.Find(instruction.Immediate) is { } helper
        && helper.Arguments.Any(argument => argument.IsProgramMemory());

    private static IEnumerable<VariableKey> WithoutOverlaps(VariableKey[] keys) =>
        keys.Where(key => !keys.Any(other => other != key && other.Overlaps(key)));
}
