using NearData.Isa.Programs;
using NearData.TestSupport;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace NearData.Verifier.Tests.Corpus;

/// <summary>One program with what the verifier must say of it.</summary>
public sealed class CorpusCase
{
    public string Name { get; set; } = "";

    public ProgramKind Kind { get; set; }

    /// <summary>Assembler text.</summary>
    public string Code { get; set; } = "";

    /// <summary>
    /// What is told of its functions (<see cref="FunctionText"/>): then calls of global ones are taken by what is proven of each on its own.
    /// </summary>
    public List<string>? Functions { get; set; }

    /// <summary>The rejection's code; absent where the program is accepted.</summary>
    public string? Rejected { get; set; }

    /// <summary>The slot that is rejected.</summary>
    public int? At { get; set; }

    /// <summary>A part of the message.</summary>
    public string? Says { get; set; }

    /// <summary>A part of the hint.</summary>
    public string? Hint { get; set; }

    /// <summary>The slots of the failure slice, all of them, in the order of execution.</summary>
    public List<int>? Slice { get; set; }

    /// <summary>Where a program like this was wrongly accepted by another verifier.</summary>
    public string? Cites { get; set; }

    /// <summary>The worst-case instruction count.</summary>
    public long? Worst { get; set; }

    /// <summary>Names of the fields that are loaded.</summary>
    public List<string>? Fields { get; set; }

    /// <summary>Result, least and most of each sum.</summary>
    public List<string>? Sums { get; set; }

    /// <summary>Map and member, least and most of each sum of groups.</summary>
    public List<string>? GroupSums { get; set; }

    /// <summary>What slots touch: slot, target, index and offset, with * where it varies.</summary>
    public List<string>? Access { get; set; }

    /// <summary>Slots that no run reaches.</summary>
    public List<int>? Unreachable { get; set; }

    public static IReadOnlyDictionary<string, CorpusCase> All { get; } = Read();

    private static Dictionary<string, CorpusCase> Read()
    {
        IDeserializer yaml = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
        return Directory.EnumerateFiles(Path.Combine(Ground.Repository, "tests/vectors/verifier"), "*.yaml")
            .SelectMany(file => yaml.Deserialize<List<CorpusCase>>(File.ReadAllText(file)))
            .ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }
}
