using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Verifier;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests.Kernel;

/// <summary>
/// Every test object's programs (<c>tests/programs</c>, by two compilers) run in the kernel, in the checking interpreter and as compiled code over the
/// same packets and maps: verdicts, packets and maps are equal.
/// </summary>
public sealed class ObjectDifferentialTests
{
    public static TheoryData<string, string, string> Objects
    {
        get
        {
            TheoryData<string, string, string> objects = [];
            foreach ((string compiler, string cpu) in ObjectPrograms.Compilers)
            {
                foreach (string name in ObjectPrograms.Names)
                {
                    objects.Add(name, compiler, cpu);
                }
            }

            return objects;
        }
    }

    [Fact]
    public void There_are_at_least_forty_objects() => Assert.True(Objects.Count >= 40, $"{Objects.Count} objects");

    [TheoryNeeding(Needs.KernelBpf | Needs.Clang19 | Needs.Clang14)]
    [MemberData(nameof(Objects))]
    public void An_object_does_in_the_kernel_what_it_does_here(string name, string compiler, string cpu)
    {
        ImmutableArray<Program> programs = ObjectPrograms.Read(name, compiler, cpu);
        foreach (Program program in programs)
        {
            Compare(program, programs);
        }
    }

    private static void Compare(Program program, ImmutableArray<Program> all)
    {
        using KernelObject kernel = KernelObject.Load(all);
        using MapSet interpretedMaps = new(program.Maps, cpus: PossibleCpus.Count);
        using MapSet compiledMaps = new(program.Maps, cpus: PossibleCpus.Count);
        SampleEntries.Fill(kernel.Maps, interpretedMaps, compiledMaps);
        Interpreter interpreter = new(program, interpretedMaps, others: all.ToDictionary(other => other.Name, StringComparer.Ordinal));
        CompiledPrograms compiled = new();
        foreach (Program other in all)
        {
            compiled.Add(CompiledPacketProgram.Compile(ProgramVerifier.Verify(other)));
        }

        CompiledPacketProgram entry = CompiledPacketProgram.Compile(ProgramVerifier.Verify(program));
        RunContext.Current.Programs = compiled;
        try
        {
            for (int sample = 0; sample < PacketSamples.All.Length; sample++)
            {
                byte[] packet = PacketSamples.All[sample];
                KernelRun run = kernel.Program(program.Name).Run(packet);
                string expected = Text(run.ReturnValue, run.Packet, MapContents.Of(kernel.Maps));
                Equal(expected, SamplePacket.Interpret(interpreter, packet), interpretedMaps, $"{program.Name}, packet {sample}, interpreted");
                Equal(expected, SamplePacket.Run(entry, compiledMaps, packet), compiledMaps, $"{program.Name}, packet {sample}, compiled");
            }
        }
        finally
        {
            RunContext.Current.Programs = null;
        }
    }

    private static void Equal(string expected, (ulong Result, byte[] Packet) found, MapSet maps, string what)
    {
        string text = Text((uint)found.Result, found.Packet, MapContents.Of(maps));
        Assert.True(expected == text, $"{what}\nkernel:\n{expected}\nhere:\n{text}");
    }

    private static string Text(uint verdict, byte[] packet, string maps) => $"{verdict} {Convert.ToHexStringLower(packet)}\n{maps}";
}
