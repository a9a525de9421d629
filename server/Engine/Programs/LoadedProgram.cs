using System.Collections.Immutable;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Pruning;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Verifier.Rejections;
using NearData.Vm;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;

namespace NearData.Engine.Programs;

/// <summary>
/// An object that was read, verified and compiled, ready to be executed over any dataset that it fits, with the maps that its clients fill.
/// Thread-safe; disposing it gives back the maps' memory, and nothing else ends with it.
/// </summary>
public sealed class LoadedProgram : IDisposable
{
    /// <summary>
    /// Instructions that one record may take. An execution is cancelled between batches only: a batch of such records ends within
    /// seconds.
    /// </summary>
    public const long MostInstructions = 1_000_000;

    /// <summary>
    /// Bytes that its maps may take that clients fill: four times what an object's maps may have, because of what they have beside their
    /// values, and of copies that executions still see.
    /// </summary>
    private const long MostMapBytes = 4L * BpfObject.MaxMapBytes;

    // Few tenants are untrusted, so it is compiled when the first of them comes.
    private readonly Lazy<CompiledQuery> _guarded;

    private LoadedProgram(BpfObject source, ImmutableArray<VerifiedProgram> programs, QueryProgram query, MemoryBudget? mapMemory)
    {
        Object = source;
        Programs = programs;
        Query = query;
        Compiled = CompiledQuery.Compile(query);
        _guarded = new(Compiled.WithGuards);
        Inputs = new InputMaps(query.Maps, new MemoryBudget(MostMapBytes, mapMemory));
    }

    /// <summary>SHA-256 of the object, lower-case hex.</summary>
    public string Id => Object.Sha256;

    public BpfObject Object { get; }

    /// <summary>The object's programs: filter before reduce, then those that decide which groups are sent.</summary>
    public ImmutableArray<VerifiedProgram> Programs { get; }

    public QueryProgram Query { get; }

    /// <summary>When it was loaded.</summary>
    public DateTimeOffset LoadedAt { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>The maps that its clients fill: executions see them as they are when they begin.</summary>
    public InputMaps Inputs { get; }

    /// <summary>How often its programs have run and for how long, while that was counted.</summary>
    public QueryStatistics Statistics => Compiled.Statistics;

    /// <summary>How its programs are run where the proof is trusted.</summary>
    internal CompiledQuery Compiled { get; }

    /// <summary>What executions have learned of its filter.</summary>
    internal GuardMemory Guards { get; } = new();

    /// <summary>Its machine code that relies on no more than a caller does.</summary>
    internal CompiledQuery CompiledFor(CodeTrust trust) => trust == CodeTrust.Guards ? _guarded.Value : Compiled;

    /// <summary>Reads, verifies and compiles an object.</summary>
    /// <param name="elf">An ELF64 EM_BPF relocatable. Not kept.</param>
    /// <param name="mapMemory">Whose memory the maps take that clients fill; null for what one program may have.</param>
    /// <exception cref="ObjectFormatException">The bytes are no such object.</exception>
    /// <exception cref="ObjectContractException">It asks for something outside the program contract.</exception>
    /// <exception cref="InvalidInstructionException">Its code is no eBPF.</exception>
    /// <exception cref="ProgramRejectedException">The verifier can't prove it safe.</exception>
    /// <exception cref="ProgramCostException">It can take more than <see cref="MostInstructions"/> a record.</exception>
    public static LoadedProgram Load(ReadOnlyMemory<byte> elf, MemoryBudget? mapMemory = null)
    {
        BpfObject source = BpfObject.Read(elf);
        if ((source.Filter ?? source.Reduce ?? source.Buffer) is null)
        {
            throw new ObjectContractException("section headers", "program", "The object is no query: it has none of the sections filter, reduce, buffer.");
        }

        VerifiedProgram? filter = source.Filter is { } keep ? Admit(ProgramVerifier.Verify(keep)) : null;
        VerifiedProgram? reduce = (source.Reduce ?? source.Buffer) is { } update ? Admit(ProgramVerifier.Verify(update)) : null;
        ImmutableArray<VerifiedProgram> emits = [.. source.Emits.Select(emit => Admit(ProgramVerifier.Verify(emit)))];
        return new LoadedProgram(
            source,
            [.. new[] { filter, reduce }.OfType<VerifiedProgram>(), .. emits],
            new QueryProgram(filter, reduce, source.Parameters, emits),
            mapMemory);
    }

    private static VerifiedProgram Admit(VerifiedProgram program) => program.Facts.WorstCaseInstructions <= MostInstructions
        ? program
        : throw new ProgramCostException(program.Program.Name, program.Facts.WorstCaseInstructions, MostInstructions);

    /// <summary>Gives back the memory of its maps; an execution that is under way keeps those that it sees.</summary>
    public void Dispose() => Inputs.Dispose();

    /// <summary>The columns that the programs load.</summary>
    /// <exception cref="BindingException">A column is missing, or has another type, or has nulls that the field can't show.</exception>
    public ImmutableArray<FieldBinding> Bind(Dataset dataset) =>
        RowBinder.Bind(Query.Row, Query.FilterFields.Union(Query.ReduceFields).Order(), dataset);
}
