using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Tests.Corpus;
using NearData.Verifier.Values;
using NearData.Vm;

namespace NearData.Verifier.Tests.Soundness;

public sealed class GeneratedMemoryProgramTests
{
    private const int Programs = 4000;
    private const int ProbedPrograms = 250;
    private const int Inputs = 3;

    [Fact]
    public void Accepted_programs_run_without_a_fault_within_their_worst_case()
    {
        int accepted = 0;
        for (int seed = 0; seed < Programs; seed++)
        {
            Program program = MemoryProgramGenerator.Make(seed);
            if (!ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out _))
            {
                continue;
            }

            accepted++;
            foreach (byte[] memory in Memories(seed))
            {
                Interpreter.RunMemory(program, memory, verified.Facts.WorstCaseInstructions);
            }
        }

        Assert.InRange(accepted, Programs / 4, Programs - 1);
    }

    [Fact]
    public void Every_number_that_runs_see_lies_in_its_abstract_value()
    {
        int probes = 0;
        for (int seed = 0, accepted = 0; accepted < ProbedPrograms; seed++)
        {
            Program program = MemoryProgramGenerator.Make(seed);
            Dictionary<int, MachineState> states = [];
            try
            {
                ProgramVerifier.Verify(program, (slot, state) => states.TryAdd(slot, state.Copy()));
            }
            catch (ProgramRejectedException)
            {
                continue;
            }

            accepted++;
            probes += Memories(seed).Sum(memory => Probe(program, states, memory));
        }

        Assert.True(probes > ProbedPrograms * 100, $"only {probes} registers were seen");
    }

    [Fact]
    public void Slots_that_are_said_to_be_unreachable_are_never_reached()
    {
        for (int seed = 0; seed < ProbedPrograms; seed++)
        {
            Program program = MemoryProgramGenerator.Make(seed);
            if (!ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out _))
            {
                continue;
            }

            for (int slot = 0; slot < program.Code.Length; slot++)
            {
                if (!verified.Facts.Instructions[slot].IsReachable)
                {
                    Assert.All(Memories(seed), memory => Assert.Null(RegisterProbe.Read(program, slot, Register.R6, memory)));
                }
            }
        }
    }

    private static int Probe(Program program, Dictionary<int, MachineState> states, byte[] memory)
    {
        int probes = 0;
        foreach ((int slot, MachineState state) in states)
        {
            for (byte number = 0; number < Register.Count - 1; number++)
            {
                Register register = new(number);
                if (state[register] is Value.Number known && RegisterProbe.Read(program, slot, register, memory) is { } seen)
                {
                    probes++;
                    Assert.True(known.Range.Contains(seen), $"{program.Name}, instruction {slot}: {register} holds {seen}, outside {known}");
                }
            }
        }

        return probes;
    }

    private static IEnumerable<byte[]> Memories(int seed)
    {
        Random random = new(seed);
        for (int input = 0; input < Inputs; input++)
        {
            byte[] memory = new byte[Fixtures.MemoryLength];
            random.NextBytes(memory);

            // Small numbers meet the constants of the programs more often than random ones.
            for (int word = 0; word < memory.Length; word += 8)
            {
                if (random.Next(2) == 0)
                {
                    BitConverter.TryWriteBytes(memory.AsSpan(word), (long)random.Next(-9, 70));
                }
            }

            yield return memory;
        }
    }
}
