using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using NearData.Isa;
using NearData.Isa.Decoding;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.Vm.Tests;

/// <summary>One program of the public conformance suite, with what it is called with and what it must return.</summary>
internal sealed record ConformanceVector(string Name, byte[] Memory, ulong Result, ImmutableArray<Instruction> Code)
{
    public static IReadOnlyDictionary<string, ConformanceVector> All { get; } = Directory.Exists(Ground.Shared)
        ? Read(Path.Combine(Ground.Shared, "isa/conformance-vectors.json")).ToDictionary(vector => vector.Name, StringComparer.Ordinal)
        : new Dictionary<string, ConformanceVector>(StringComparer.Ordinal);

    public Program Program => new()
    {
        Name = Name,
        Section = ".text",
        Kind = ProgramKind.Memory,
        Context = new ProgramContext.Memory(Memory.Length),
        Code = Code,
    };

    private static IEnumerable<ConformanceVector> Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        foreach (JsonElement vector in document.RootElement.EnumerateArray())
        {
            yield return new ConformanceVector(
                vector.GetProperty("name").GetString()!,
                Convert.FromHexString(vector.GetProperty("mem").GetString()!),
                ulong.Parse(vector.GetProperty("result").GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                Decode(vector));
        }
    }

    // The call of a helper by register is the suite's own: RFC 9669 defines no such opcode, and the decoder refuses it.
    private static ImmutableArray<Instruction> Decode(JsonElement vector)
    {
        byte[] code = Convert.FromHexString(vector.GetProperty("code").GetString()!);
        return vector.GetProperty("groups").EnumerateArray().Any(group => group.ValueEquals("callx"))
            ? [.. code.Chunk(Instruction.Size).Select(slot => Instruction.Read(slot))]
            : InstructionDecoder.Decode(code);
    }
}
