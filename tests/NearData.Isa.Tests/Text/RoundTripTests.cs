using System.Collections.Immutable;
using NearData.Isa.Decoding;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Text;

public sealed class RoundTripTests
{
    private static readonly ImmutableArray<MapDefinition> Maps =
    [
        Map(".rodata", MapRole.ReadOnlyData),
        Map("counters", MapRole.Declared),
        Map(".bss.results", MapRole.Results),
    ];

    [Fact]
    public void What_is_disassembled_assembles_to_the_same_instructions()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            ImmutableArray<Instruction> program = RandomProgram.Next(new Random(seed), 60);
            Assert.Equal(program.AsEnumerable(), Assembler.Assemble(Print(program)));
        }
    }

    [Fact]
    public void What_is_encoded_decodes_to_the_same_instructions()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            ImmutableArray<Instruction> program = RandomProgram.Next(new Random(seed), 60);
            Assert.Equal(program.AsEnumerable(), InstructionDecoder.Decode(InstructionEncoder.Encode(program.AsSpan())));
        }
    }

    [Fact]
    public void Maps_keep_their_names()
    {
        ImmutableArray<Instruction> program = Assembler.Assemble(
            """
            r1 = map[.bss.results][0]+0x8
            r2 = map[counters]
            exit
            """,
            Maps);

        Assert.Equal([(WideImmediateKind.MapValue, 2), (WideImmediateKind.Map, 1)],
            program.Where(slot => slot.IsWide).Select(slot => (slot.WideKind, slot.Immediate)));
        Assert.Equal(8, program[1].Immediate);
        Assert.Equal(
            [new(0, "r1 = map[.bss.results][0]+0x8"), new(2, "r2 = map[counters]"), new(4, "exit")],
            Disassembler.Lines(program, Maps).AsEnumerable());
        Assert.Equal("r2 = map[1]", Disassembler.Format(program[2], program[3]));
    }

    [FactNeeding(Needs.SharedData)]
    public void Every_conformance_program_survives_its_text()
    {
        foreach (SharedVector vector in SharedVector.Conformance().Where(vector => !vector.Groups.Contains("callx")))
        {
            ImmutableArray<Instruction> program = Assembler.Assemble(Print(InstructionDecoder.Decode(vector.Code)));
            Assert.Equal(vector.Code, InstructionEncoder.Encode(program.AsSpan()));
        }
    }

    private static string Print(ImmutableArray<Instruction> program) =>
        string.Join('\n', Disassembler.Lines(program).Select(line => line.Text));

    private static MapDefinition Map(string name, MapRole role) => new(name, role, MapType.Array, 4, 16, 1, []);
}
