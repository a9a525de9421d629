using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NearData.Isa.Decoding;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>A program's code with everything that it calls.</summary>
/// <param name="Code">Slots.</param>
/// <param name="Functions">In order, without gaps; the program itself is the first.</param>
/// <param name="Lines">In order of instruction.</param>
internal sealed record LinkedCode(
    ImmutableArray<Instruction> Code, ImmutableArray<ProgramFunction> Functions, ImmutableArray<SourceLine> Lines);

/// <summary>
/// Puts each program together with the functions that it calls or takes the address of, in the order in which libbpf does: a
/// function is appended where it is first met, followed by what it leads to. Only so is a program's tag the kernel's.
/// </summary>
internal sealed class ProgramLinker(ElfFile file, SectionCodeReader reader, BtfTypes types, BtfExtension? extension)
{
    /// <summary>The kernel's limit of a program's instructions (BPF_COMPLEXITY_LIMIT_INSNS).</summary>
    public const int MaxInstructions = 1_000_000;

    /// <summary>
    /// Slots of all programs of an object together. Each program has its own copy of what it calls, so a small object could
    /// otherwise ask for any amount; no known object comes near.
    /// </summary>
    public const int MaxInstructionsTogether = 4 * MaxInstructions;

    private readonly Dictionary<int, SectionCode> _sections = [];
    private int _linked;

    public LinkedCode Link(CodeFunction program)
    {
        List<(CodeFunction Function, int Start)> placed = Place(program, out int length);
        var code = new Instruction[length];
        Dictionary<CodeFunction, int> starts = placed.ToDictionary(it => it.Function, it => it.Start);
        foreach ((CodeFunction function, int start) in placed)
        {
            SectionCode section = CodeOf(function);
            section.Slots.AsSpan(function.Start, function.Length).CopyTo(code.AsSpan(start));
            foreach (FunctionReference reference in section.Within(function))
            {
                int slot = start + reference.Slot - function.Start;
                code[slot] = code[slot] with { Immediate = starts[reference.Target] - slot - 1 };
            }
        }

        ImmutableArray<Instruction> linked = ImmutableCollectionsMarshal.AsImmutableArray(code);
        InstructionDecoder.Check(linked);
        CheckJumps(linked, placed);
        return new LinkedCode(linked, [.. placed.Select(Describe)], [.. placed.SelectMany(LinesOf)]);
    }

    /// <summary>Where each function comes to lie. Without recursion: a hostile object's calls may be nested as deep as it is long.</summary>
    private List<(CodeFunction Function, int Start)> Place(CodeFunction program, out int length)
    {
        var placed = new List<(CodeFunction Function, int Start)>();
        var known = new HashSet<CodeFunction>();
        var open = new Stack<(CodeFunction Function, int Next)>();
        length = 0;
        Append(program, ref length);
        while (open.TryPop(out (CodeFunction Function, int Next) at))
        {
            ReadOnlySpan<FunctionReference> references = CodeOf(at.Function).Within(at.Function);
            for (int i = at.Next; i < references.Length; i++)
            {
                if (!known.Contains(references[i].Target))
                {
                    open.Push((at.Function, i + 1));
                    Append(references[i].Target, ref length);
                    break;
                }
            }
        }

        return placed;

        void Append(CodeFunction function, ref int end)
        {
            known.Add(function);
            placed.Add((function, end));
            open.Push((function, 0));
            end += function.Length;
            _linked += function.Length;
            if (end > MaxInstructions || _linked > MaxInstructionsTogether)
            {
                throw new ObjectContractException(
                    file.Sections[program.Section].Name,
                    program.Name,
                    end > MaxInstructions
                        ? $"Program '{program.Name}' has more than {MaxInstructions} instructions with the functions that it calls."
                        : $"The object's programs have more than {MaxInstructionsTogether} instructions together, each with the functions that it calls.");
            }
        }
    }

    private SectionCode CodeOf(CodeFunction function)
    {
        if (!_sections.TryGetValue(function.Section, out SectionCode? code))
        {
            code = reader.Read(file.Sections[function.Section]);
            _sections.Add(function.Section, code);
        }

        return code;
    }

    /// <summary>A jump leads to its own function: behind its end, another one lies now than the author saw there.</summary>
    private static void CheckJumps(ImmutableArray<Instruction> code, List<(CodeFunction Function, int Start)> placed)
    {
        foreach ((CodeFunction function, int start) in placed)
        {
            int end = start + function.Length;
            for (int slot = start; slot < end; slot += code[slot].IsWide ? 2 : 1)
            {
                Instruction instruction = code[slot];
                long target = slot + 1L + instruction.JumpDistance;
                if ((instruction.IsConditionalJump || instruction.IsUnconditionalJump) && (target < start || target >= end))
                {
                    throw new InvalidInstructionException(
                        slot, "off", $"the jump leads to {target}, outside its function '{function.Name}', which has slots {start} to {end - 1}.");
                }
            }
        }
    }

    private ProgramFunction Describe((CodeFunction Function, int Start) placed)
    {
        (CodeFunction function, int start) = placed;
        int type = extension?.FunctionAt(file.Sections[function.Section].Name, function.Start) ?? types.FindFunction(function.Name) ?? 0;
        return new ProgramFunction(function.Name, start, function.Length, function.Linkage, type);
    }

    private IEnumerable<SourceLine> LinesOf((CodeFunction Function, int Start) placed)
    {
        (CodeFunction function, int start) = placed;
        ImmutableArray<SourceLine> lines = extension?.LinesOf(file.Sections[function.Section].Name) ?? [];
        for (int i = SourceLine.FirstFrom(lines, function.Start); i < lines.Length && lines[i].Instruction < function.End; i++)
        {
            yield return lines[i] with { Instruction = lines[i].Instruction - function.Start + start };
        }
    }
}
