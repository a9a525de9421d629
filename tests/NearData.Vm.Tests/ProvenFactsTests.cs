using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.Verifier;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests;

/// <summary>What the verifier says of each instruction, against what runs of random programs do.</summary>
public sealed class ProvenFactsTests
{
    private const int FilterCount = 150;
    private const int Records = 12;

    // Returned where the instruction wasn't reached; no program computes it.
    private const long Missed = 0x5eed_0bad_cafe_f00d;

    [Fact]
    public void Registers_hold_numbers_of_their_ranges_around_every_instruction()
    {
        int seen = 0;
        int narrow = 0;
        ForEachFilter((verified, rows) =>
        {
            Program program = verified.Program;
            for (int slot = 1; slot < program.Code.Length; slot++)
            {
                if (!verified.Facts.Instructions[slot].IsReachable || !program.Code[slot].Opcode.IsArithmetic)
                {
                    continue;
                }

                Register register = program.Code[slot].Destination;
                InstructionRanges ranges = verified.Facts.Ranges[slot];
                narrow += ranges.Result == NumberRange.Any ? 0 : 1;
                seen += Check(program, slot, register, ranges.Left, rows);
                if (!program.Code[slot + 1].Opcode.IsJump && verified.Facts.Instructions[slot + 1].IsReachable && !IsTarget(program, slot + 1))
                {
                    seen += Check(program, slot + 1, register, ranges.Result, rows);
                }
            }
        });
        Assert.True(seen > FilterCount * Records && narrow > FilterCount, $"only {seen} numbers were seen, {narrow} narrow ranges");
    }

    [Fact]
    public void What_is_left_in_dead_registers_changes_no_answer()
    {
        int dead = 0;
        ForEachFilter((verified, rows) =>
        {
            Program program = verified.Program;
            for (int slot = 0; slot < program.Code.Length; slot++)
            {
                Instruction instruction = program.Code[slot];
                InstructionFacts facts = verified.Facts.Instructions[slot];
                if (facts.IsReachable && instruction.Opcode.IsArithmetic && !facts.LiveAfter.Contains(instruction.Destination))
                {
                    dead++;
                    Program other = program with { Code = program.Code.SetItem(slot, Instruction.Alu64(AluOperation.Move, instruction.Destination, 12345)) };
                    Assert.Equal(rows.Select(row => Run(program, row)), rows.Select(row => Run(other, row)));
                }
            }
        });
        Assert.True(dead > FilterCount / 2, $"only {dead} instructions write dead registers");
    }

    [Fact]
    public void Jumps_go_only_the_ways_that_were_proven()
    {
        VerifiedProgram verified = Verify("""
            r0 = 1
            r2 = *(u8 *)(r1+41)
            if r2 < 256 goto +1
            r0 = 0
            if r2 > 7 goto +1
            r0 = 0
            exit
            """);
        Assert.Equal(BranchWays.Taken, verified.Facts.Instructions[2].Ways);
        Assert.Equal(BranchWays.Both, verified.Facts.Instructions[4].Ways);
        Assert.Equal(BranchWays.None, verified.Facts.Instructions[0].Ways);
        Assert.Equal(new NumberRange(0, 255), verified.Facts.Ranges[1].Result);
        Assert.Equal(new NumberRange(0, 255), verified.Facts.Ranges[2].Left);
        Assert.True(verified.Facts.Instructions[1].LiveAfter.Contains(Register.R2));
        Assert.False(verified.Facts.Instructions[4].LiveAfter.Contains(Register.R2));
    }

    [Fact]
    public void A_filter_has_no_effects_and_a_reduction_updates_results()
    {
        Assert.Equal(ProgramEffects.None, Verify("r0 = 1\nexit").Facts.Effects);
        QueryProgram query = SampleQuery.Verify(null, SampleQuery.Reduce(
            [Programs.Move(Register.R2, 1), .. Programs.LoadMapValue(Register.R9, SampleQuery.ResultsMap, 0), .. SampleQuery.Add(2, Register.R2), Programs.Move(Register.R0, 0), Instruction.Exit]));
        Assert.Equal(ProgramEffects.Results, query.Reduce!.Facts.Effects);
    }

    private static VerifiedProgram Verify(string code) => ProgramVerifier.Verify(SampleQuery.Filter(Assembler.Assemble(code, [])));

    private static void ForEachFilter(Action<VerifiedProgram, byte[][]> check)
    {
        Random random = new(11);
        for (int number = 0; number < FilterCount; number++)
        {
            if (ProgramVerifier.TryVerify(RandomProgram.Filter(random), out VerifiedProgram? verified, out _))
            {
                check(verified, [.. Enumerable.Range(0, Records).Select(_ => Row(random))]);
            }
        }
    }

    private static byte[] Row(Random random)
    {
        using RecordBatch batch = SampleRow.Batch(random, capacity: 1, count: 1);
        return new Interpretation.RowImage(SampleRow.Layout, SampleRow.AllFields).Of(batch, 0).ToArray();
    }

    private static bool IsTarget(Program program, int slot) => Enumerable.Range(0, program.Code.Length)
        .Any(from => (program.Code[from].IsConditionalJump || program.Code[from].IsUnconditionalJump) && from + 1 + program.Code[from].JumpDistance == slot);

    private static int Check(Program program, int slot, Register register, NumberRange range, byte[][] rows)
    {
        int seen = 0;
        Program probe = Probe(program, slot, register);
        foreach (byte[] row in rows)
        {
            long found = (long)Run(probe, row);
            if (found != Missed)
            {
                seen++;
                Assert.True(range.Contains(found), $"{program.Name}, instruction {slot}: {register} holds {found}, outside {range}");
            }
        }

        return seen;
    }

    /// <summary>The program with an end at a slot that returns a register; its other ends return that they missed it.</summary>
    private static Program Probe(Program program, int slot, Register register)
    {
        ImmutableArray<Instruction> code = program.Code;
        Instruction[] probed =
        [
            .. code.Select((instruction, place) => instruction.IsExit ? Instruction.Goto((short)(code.Length + 2 - place - 1)) : instruction),
            Instruction.Alu64(AluOperation.Move, Register.R0, register), Instruction.Exit,
            .. Programs.LoadNumber(Register.R0, Missed), Instruction.Exit,
        ];
        probed[slot] = Instruction.Goto((short)(code.Length - slot - 1));
        return program with { Code = [.. probed] };
    }

    private static ulong Run(Program program, byte[] row)
    {
        using MapSet maps = new(program.Maps);
        return new Interpreter(program, maps).Run([.. row]);
    }
}
