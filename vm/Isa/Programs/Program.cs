using System.Collections.Immutable;

namespace NearData.Isa.Programs;

/// <summary>
/// A decoded program: every opcode and field is one that the instruction set defines, and every jump lands on an instruction.
/// Whether it is safe to run is the verifier's to say; only the checking interpreter takes it as it is. Immutable.
/// </summary>
public sealed record Program
{
    /// <summary>The function's name.</summary>
    public required string Name { get; init; }

    /// <summary>The section that it was found in.</summary>
    public required string Section { get; init; }

    public required ProgramKind Kind { get; init; }

    public required ProgramContext Context { get; init; }

    /// <summary>
    /// Slots; a wide load's map index counts in <see cref="Maps"/>. The program itself comes first, then each function that it calls
    /// or takes the address of, as a linker lays them out: distances of local calls and function loads are within these slots.
    /// </summary>
    public required ImmutableArray<Instruction> Code { get; init; }

    /// <summary>
    /// The functions in <see cref="Code"/>, in order and without gaps; empty where nothing but the code is known of them.
    /// </summary>
    public ImmutableArray<ProgramFunction> Functions { get; init; } = [];

    /// <summary>The object's maps, the same list for each of its programs.</summary>
    public ImmutableArray<MapDefinition> Maps { get; init; } = [];

    /// <summary>The fields of the map whose role is <see cref="MapRole.Results"/>.</summary>
    public ImmutableArray<ResultField> Results { get; init; } = [];

    /// <summary>
    /// The parts of the map whose role is <see cref="MapRole.ReadOnlyData"/> that are given for each execution; the rest holds what it
    /// starts with.
    /// </summary>
    public ImmutableArray<ParameterField> Parameters { get; init; } = [];

    /// <summary>Source lines in order of instruction; empty where the object has none.</summary>
    public ImmutableArray<SourceLine> Lines { get; init; } = [];

    /// <summary>The row's layout, for the kinds that are called with a row.</summary>
    public RowLayout Row => Context is ProgramContext.Row row
        ? row.Layout
        : throw new InvalidOperationException($"{Name} ({Kind}) isn't called with a row.");

    /// <summary>Whether nobody else sees its maps change while it runs: each worker of an execution has its own.</summary>
    public bool OwnsMaps => Context is ProgramContext.Row || Kind == ProgramKind.Buffer;

    /// <summary>
    /// Whether its section's name began with <c>?</c>, which <see cref="Section"/> leaves out: loaders take it only where it is asked for.
    /// </summary>
    public bool IsOptional { get; init; }

    /// <summary>The same code as a packet program of a kind.</summary>
    /// <exception cref="ArgumentException">Programs of the kind are called with something else.</exception>
    public Program As(ProgramKind kind) => this with { Kind = kind, Context = new ProgramContext.Fields(ContextLayout.Of(kind)) };

    /// <summary>The same code as a program that is called with memory of so many bytes.</summary>
    public Program AsMemory(int length) => this with { Kind = ProgramKind.Memory, Context = new ProgramContext.Memory(length) };

    /// <summary>The source line of an instruction, or null.</summary>
    public SourceLine? LineOf(int instruction)
    {
        // A line ends where its function does.
        int start = FunctionAt(instruction)?.Start ?? 0;
        int next = SourceLine.FirstFrom(Lines, instruction + 1);
        return next > 0 && Lines[next - 1].Instruction >= start ? Lines[next - 1] : null;
    }

    /// <summary>The function that an instruction belongs to, or null where the functions aren't known.</summary>
    public ProgramFunction? FunctionAt(int instruction)
    {
        int low = 0;
        int high = Functions.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Functions[middle].Start <= instruction ? (middle + 1, high) : (low, middle);
        }

        return low > 0 ? Functions[low - 1] : null;
    }
}

/// <summary>Who may call a function, and so what may be assumed of its arguments.</summary>
public enum FunctionLinkage
{
    /// <summary>Its callers are all in sight.</summary>
    Static,

    /// <summary>Others could call it: it is fit for all arguments that its prototype allows, and can be verified so, on its own.</summary>
    Global,
}

/// <summary>A function of a program.</summary>
/// <param name="Name">As its author wrote it.</param>
/// <param name="Start">Its first slot.</param>
/// <param name="Length">Slots.</param>
/// <param name="Linkage">Who may call it.</param>
/// <param name="TypeId">Its number in the object's BTF; 0 where it isn't described.</param>
/// <param name="Prototype">Of a global function, what it takes and gives; null where that doesn't say enough to verify it on its own.</param>
public sealed record ProgramFunction(
    string Name, int Start, int Length, FunctionLinkage Linkage = FunctionLinkage.Static, int TypeId = 0, FunctionPrototype? Prototype = null);
