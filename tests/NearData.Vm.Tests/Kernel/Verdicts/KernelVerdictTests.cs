using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Vm.Maps;
using NearData.Vm.Tests.Kernel.Generation;
using Xunit.Abstractions;

namespace NearData.Vm.Tests.Kernel.Verdicts;

/// <summary>
/// The kernel's verifier and ours judge the same programs: random ones, three of four with one or two of their instructions made others.
/// What we take and the kernel doesn't is a fault of ours unless its class is explained in docs/verifier.md; of what the kernel takes, we take
/// nearly all. <c>NEARDATA_LONG=1</c> judges 200,000 of them; <c>NEARDATA_VERDICT_COUNT</c> and <c>NEARDATA_VERDICT_SEED</c> say how many and which
/// first; a single one is shown with the kernel's log.
/// </summary>
public sealed class KernelVerdictTests(ITestOutputHelper output)
{
    /// <summary>Of a hundred random programs that the kernel takes, how many we take at least.</summary>
    private const double LeastAccepted = 95;

    /// <summary>The same of programs that all have mistakes, many of which the kernel takes from a privileged loader only.</summary>
    private const double LeastAcceptedMistakes = 90;

    private static readonly int[] PacketLengths = [14, 33, 63, GeneratedProgram.MemoryLength];

    [FactNeeding(Needs.KernelBpf)]
    public void No_program_is_taken_that_the_kernel_refuses_for_reasons_that_are_not_explained()
    {
        long first = LongRun.Setting("NEARDATA_VERDICT_SEED", 1);
        long count = LongRun.Setting("NEARDATA_VERDICT_COUNT", LongRun.IsAsked ? 200_000 : 2_000);
        output.WriteLine($"{count} programs, seeds {first} to {first + count - 1}");
        VerdictTable table = new();
        for (long seed = first; seed < first + count; seed++)
        {
            GeneratedCase generated = GeneratedProgram.Make(seed);
            Program program = seed % 4 == 0 ? generated.Program : new ProgramMutator(new Random((int)seed)).Mutate(generated.Program);
            KernelLog log = count == 1 ? KernelLog.Instructions : KernelLog.Reason;
            Judgement judgement = Judgement.Of(program, () => KernelMachine.Load(program, generated.Targets, log));
            table.Add(judgement, $"seed {seed}");
            if (count == 1)
            {
                output.WriteLine($"{Listing(program)}\n{judgement.Rejection?.Message}\n{judgement.Kernel.Log}");
            }

            if (judgement.Rejection is null)
            {
                RunChecked(generated with { Program = program }, seed);
            }
        }

        Check(table, LeastAccepted);
    }

    [FactNeeding(Needs.KernelBpf | Needs.Clang19)]
    public void So_it_is_with_mistakes_in_test_objects()
    {
        long each = LongRun.Setting("NEARDATA_VERDICT_EACH", LongRun.IsAsked ? 1_000 : 20);
        VerdictTable table = new();
        foreach (ImmutableArray<Program> programs in ObjectPrograms.Names.Select(name => ObjectPrograms.Read(name)))
        {
            using KernelMaps kernelMaps = KernelMaps.Create(programs[0].Maps);
            foreach (Program whole in programs)
            {
                for (int seed = 1; seed <= each; seed++)
                {
                    Program program = new ProgramMutator(new Random(seed)).Mutate(whole);
                    Judgement judgement = Judgement.Of(program, () => KernelLoader.Load(program, kernelMaps, KernelLog.Reason));
                    table.Add(judgement, $"{program.Name} with seed {seed}");
                    if (judgement.Rejection is null)
                    {
                        RunChecked(program, programs, kernelMaps, seed);
                    }
                }
            }
        }

        Check(table, LeastAcceptedMistakes);
    }

    private void Check(VerdictTable table, double least)
    {
        foreach (string line in table.Lines())
        {
            output.WriteLine(line);
        }

        Assert.True(table.Unexplained.Count == 0, string.Join('\n', table.Unexplained));
        Assert.True(table.AcceptedPercentage >= least, $"of what the kernel takes, {table.AcceptedPercentage:F1}% are taken");
    }

    [Fact]
    public void Each_class_of_difference_is_explained()
    {
        string document = File.ReadAllText(Path.Combine(Ground.Repository, "docs/verifier.md"));
        Assert.All(KernelVerdict.Explained.Concat(OwnKnowledge.Explained), name => Assert.Contains($"**{name}**", document, StringComparison.Ordinal));
    }

    /// <summary>What is taken runs without a fault, whatever the kernel thinks of it.</summary>
    private static void RunChecked(GeneratedCase generated, long seed)
    {
        using MapSet maps = new(generated.Program.Maps);
        Interpreter interpreter = new(generated.Program, maps, others: generated.Targets.ToDictionary(target => target.Name, StringComparer.Ordinal));
        try
        {
            foreach (int length in generated.Program.Kind == ProgramKind.Xdp ? PacketLengths : [GeneratedProgram.MemoryLength])
            {
                byte[] memory = GeneratedMemory.Make(seed, length)[..length];
                if (generated.Program.Kind == ProgramKind.Xdp)
                {
                    SamplePacket.Interpret(interpreter, memory);
                }
                else
                {
                    interpreter.Run(memory);
                }
            }
        }
        catch (ExecutionFaultException fault)
        {
            Assert.Fail($"seed {seed} was taken, and did what it may not: {fault.Message}\n{Listing(generated.Program)}");
        }
    }

    /// <inheritdoc cref="RunChecked(GeneratedCase, long)"/>
    private static void RunChecked(Program program, ImmutableArray<Program> others, KernelMaps kernelMaps, int seed)
    {
        using MapSet maps = new(program.Maps);
        SampleEntries.Fill(kernelMaps, maps);
        Interpreter interpreter = new(program, maps, others: others.ToDictionary(other => other.Name, StringComparer.Ordinal));
        try
        {
            foreach (byte[] packet in PacketSamples.All)
            {
                SamplePacket.Interpret(interpreter, packet);
            }
        }
        catch (ExecutionFaultException fault)
        {
            Assert.Fail($"{program.Name} with seed {seed} was taken, and did what it may not: {fault.Message}\n{Listing(program)}");
        }
    }

    private static string Listing(Program program) =>
        string.Join('\n', Disassembler.Lines(program).Select(line => $"{line.Slot}: {line.Text}"));
}
