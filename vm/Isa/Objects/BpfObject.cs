using System.Collections.Immutable;
using System.Security.Cryptography;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>
/// An eBPF object as the program contract understands it (docs/abi.md): its programs, the maps and data that they refer to, and for
/// a query the results that they update and the parameters that an execution gives them. Immutable.
/// </summary>
public sealed class BpfObject
{
    /// <summary>
    /// Bytes that an object's data may take together, and a query's maps with it: each worker of an execution has its own copy, and
    /// an object of a few hundred bytes could ask for any amount.
    /// </summary>
    public const int MaxMapBytes = 64 << 20;

    /// <summary>
    /// The programs whose section's name tells what they are called with. A query has a filter, a reduce or both, in this order,
    /// then programs that decide which groups are sent, and no others; any other object has its packet programs here, in the file's order.
    /// </summary>
    public required ImmutableArray<Program> Programs { get; init; }

    /// <summary>The programs in sections of other names, in the file's order: whoever wants to run one says as what.</summary>
    public ImmutableArray<UntypedProgram> Untyped { get; init; } = [];

    /// <summary>
    /// Read-only data first, then results, other data, and the maps that the author declared; what isn't there is left out. A query
    /// has all of its read-only data in one map; elsewhere each section of data is a map.
    /// </summary>
    public required ImmutableArray<MapDefinition> Maps { get; init; }

    /// <summary>In order of offset.</summary>
    public required ImmutableArray<ResultField> Results { get; init; }

    /// <summary>In order of offset.</summary>
    public required ImmutableArray<ParameterField> Parameters { get; init; }

    /// <summary>The types that functions, maps and data are described with; only void where the object has none.</summary>
    public required BtfTypes Types { get; init; }

    /// <summary>The licence that the author gave, as the kernel reads it; empty where there is none.</summary>
    public string License { get; init; } = "";

    /// <summary>The file's SHA-256, in lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The program that decides which records are kept, or null.</summary>
    public Program? Filter => Find(ProgramKind.Filter);

    /// <summary>The program that updates the results, or null.</summary>
    public Program? Reduce => Find(ProgramKind.Reduce);

    /// <summary>The program that updates the results from raw buffers, or null.</summary>
    public Program? Buffer => Find(ProgramKind.Buffer);

    /// <summary>Bytes of the buffers that it is called with; a file's last one may be shorter.</summary>
    public int BufferBytes => SectionRoles.BufferBytes(Buffer!.Section)!.Value;

    /// <summary>The programs that decide which groups are sent, at most one for each group map.</summary>
    public IEnumerable<Program> Emits => Programs.Where(program => program.Kind == ProgramKind.Emit);

    /// <summary>
    /// Reads an ELF64 relocatable as clang 14 to 19 make it with <c>-O2 -g -target bpf</c>, or <see cref="ObjectBuilder"/>. With a
    /// program in <c>filter</c>, <c>reduce</c> or <c>buffer</c> it is a query; every other object is read as libbpf reads it.
    /// </summary>
    /// <param name="elf">The file.</param>
    /// <param name="target">
    /// The types of the machine that the object is for, which its CO-RE relocations are resolved against; null refuses an object that
    /// has some.
    /// </param>
    /// <exception cref="ObjectContractException">The object asks for something outside the contract.</exception>
    /// <exception cref="ObjectFormatException">The bytes are no object, or a broken one.</exception>
    /// <exception cref="InvalidInstructionException">A program's code isn't eBPF.</exception>
    public static BpfObject Read(ReadOnlyMemory<byte> elf, BtfTypes? target = null)
    {
        var reader = new ObjectReader(elf, target);
        return new BpfObject
        {
            Programs = reader.Programs,
            Untyped = reader.Untyped,
            Maps = reader.Maps,
            Results = reader.Results,
            Parameters = reader.Parameters,
            Types = reader.Types,
            License = reader.License,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(elf.Span)),
        };
    }

    private Program? Find(ProgramKind kind) => Programs.FirstOrDefault(program => program.Kind == kind);
}
