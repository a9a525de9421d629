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
/// first; a single one is shown with the kernel's log. Of each program of the test objects, <c>NEARDATA_VERDICT_EACH</c> are judged, or of the one
/// that <c>NEARDATA_VERDICT_PROGRAM</c> names.
/// </summary>
public sealed class KernelVerdictTests(ITestOutputHelper output)
{
    /// <summary>
    /// Of a hundred programs that the kernel takes, how many we take at least. Its verdict on a plain loader's programs is meant, who may neither
    /// leak addresses nor read what was never written, as nobody may here; what we take must be right by its verdict on a privileged one's, too.
    /// </summary>
    private const double LeastAccepted = 95;

    /// <summary>Of how many random programs the kernel judges one for a plain loader.</summary>
    private const int PlainEvery = 10;

    private static readonly int[] PacketLengths = [14, 33, 63, GeneratedProgram.MemoryLength];

    [FactNeeding(Needs.KernelBpf)]
    public void No_program_is_taken_that_the_kernel_refuses_for_reasons_that_are_not_explained()
    {
        long first = LongRun.Setting("NEARDATA_VERDICT_SEED", 1);
        long count = LongRun.Setting("NEARDATA_VERDICT_COUNT", LongRun.IsAsked ? 200_000 : 2_000);
        output.WriteLine($"{count} programs, seeds {first} to {first + count - 1}");
        VerdictTable table = new();
        Random random = new(0);
        for (long seed = first; seed < first + count; seed++)
        {
            GeneratedCase generated = GeneratedProgram.Make(seed);
            Program program = seed % 4 == 0 ? generated.Program : new ProgramMutator(new Random((int)seed)).Mutate(generated.Program);
            IDisposable Load() => KernelMachine.Load(program, generated.Targets, LogOf(count));
            Judgement judgement = Judgement.Of(program, Load);

            // Some at random, as it proves long what can't happen in speculation.
            judgement = random.Next(PlainEvery) == 0 ? judgement.OfAnyone(Load) : judgement;
            table.Add(judgement, $"seed {seed}");
            Show(count, program, judgement);
            if (judgement.Rejection is null)
            {
                RunChecked(generated with { Program = program }, seed);
            }
        }

        Check(table);
    }

    [FactNeeding(Needs.KernelBpf | Needs.Clang19)]
    public void So_it_is_with_mistakes_in_test_objects()
    {
        long each = LongRun.Setting("NEARDATA_VERDICT_EACH", LongRun.IsAsked ? 1_000 : 20);
        long first = LongRun.Setting("NEARDATA_VERDICT_SEED", 1);
        string? only = Environment.GetEnvironmentVariable("NEARDATA_VERDICT_PROGRAM");
        VerdictTable table = new();
        foreach (ImmutableArray<Program> programs in ObjectPrograms.Names.Select(name => ObjectPrograms.Read(name)))
        {
            using KernelMaps kernelMaps = KernelMaps.Create(programs[0].Maps);
            foreach (Program whole in programs.Where(program => only is null || program.Name == only))
            {
                for (int seed = (int)first; seed < first + each; seed++)
                {
                    Program program = new ProgramMutator(new Random(seed)).Mutate(whole);
                    IDisposable Load() => KernelLoader.Load(program, kernelMaps, LogOf(each));
                    Judgement judgement = Judgement.Of(program, Load).OfAnyone(Load);
                    table.Add(judgement, $"{program.Name} with seed {seed}");
                    Show(each, program, judgement);
                    if (judgement.Rejection is null)
                    {
                        RunChecked(program, programs, kernelMaps, seed);
                    }
                }
            }
        }

        Check(table);
    }

    private static KernelLog LogOf(long count) => count == 1 ? KernelLog.Instructions : KernelLog.Reason;

    private void Show(long count, Program program, Judgement judgement)
    {
        if (count == 1)
        {
            output.WriteLine($"{Listing(program)}\n{judgement.Rejection?.Message}\n{judgement.Kernel.Log}");
        }
    }

    private void Check(VerdictTable table)
    {
        foreach (string line in table.Lines())
        {
            output.WriteLine(line);
        }

        Assert.True(table.Unexplained.Count == 0, string.Join('\n', table.Unexplained));
        Assert.True(table.AcceptedPercentage >= LeastAccepted, $"of what the kernel takes of a plain loader, {table.AcceptedPercentage:F1}% are taken");
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
