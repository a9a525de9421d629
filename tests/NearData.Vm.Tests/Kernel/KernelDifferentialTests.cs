using System.Globalization;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Verifier;
using NearData.Vm.Maps;
using NearData.Vm.Tests.Kernel.Generation;
using Xunit.Abstractions;

namespace NearData.Vm.Tests.Kernel;

/// <summary>
/// Random programs run in the kernel, in the checking interpreter and as compiled code, over the same input: r0, memory or packet, and
/// maps are equal afterwards. <c>NEARDATA_LONG=1</c> runs 100,000 of them; <c>NEARDATA_DIFFERENTIAL_COUNT</c> and
/// <c>NEARDATA_DIFFERENTIAL_SEED</c> say how many and which first.
/// </summary>
public sealed class KernelDifferentialTests(ITestOutputHelper output)
{
    private const int Inputs = 2;

    [FactNeeding(Needs.KernelBpf)]
    public void Generated_programs_do_in_the_kernel_what_they_do_here()
    {
        long first = Setting("NEARDATA_DIFFERENTIAL_SEED", 1);
        long count = Setting("NEARDATA_DIFFERENTIAL_COUNT", Environment.GetEnvironmentVariable("NEARDATA_LONG") == "1" ? 100_000 : 2_000);
        output.WriteLine($"{count} programs, seeds {first} to {first + count - 1}");
        int compiled = 0;
        int failedLoads = 0;
        for (long seed = first; seed < first + count; seed++)
        {
            switch (Compare(seed))
            {
                case Fate.Compiled:
                    compiled++;
                    break;
                case Fate.KernelFault:
                    failedLoads++;
                    break;
            }
        }

        output.WriteLine($"{compiled} of them compiled; at {failedLoads} the kernel's verifier found a fault of its own");
        Assert.True(compiled > count / 10, $"only {compiled} of {count} programs were verified and compiled");
        Assert.True(failedLoads <= count / 50, $"{failedLoads} of {count} programs could not be loaded");
    }

    /// <summary>Runs one program everywhere.</summary>
    private static Fate Compare(long seed)
    {
        GeneratedCase generated = GeneratedProgram.Make(seed);
        Program program = generated.Program;
        using KernelMachine? kernel = Load(generated, seed);
        if (kernel is null)
        {
            return Fate.KernelFault;
        }

        using MapSet interpretedMaps = new(program.Maps);
        using MapSet compiledMaps = new(program.Maps);
        Interpreter interpreter = new(program, interpretedMaps, others: generated.Targets.ToDictionary(target => target.Name, StringComparer.Ordinal));
        Func<byte[], (ulong Result, byte[] Memory)>? compiled = Compile(generated, compiledMaps);
        for (int input = 0; input < Inputs; input++)
        {
            byte[] memory = GeneratedMemory.Make(seed, input);
            Outcome expected = Outcome.Of(memory, bytes => Run(kernel, bytes, program.Kind), () => MapContents.Of(kernel.Maps));
            Equal(expected, Outcome.Of(memory, bytes => Run(interpreter, bytes, program.Kind), () => MapContents.Of(interpretedMaps)), "interpreter", generated, seed, input);
            if (compiled is not null)
            {
                Equal(expected, Outcome.Of(memory, compiled, () => MapContents.Of(compiledMaps)), "compiled code", generated, seed, input);
            }
        }

        return compiled is null ? Fate.Interpreted : Fate.Compiled;
    }

    private static (ulong Result, byte[] Memory) Run(KernelMachine kernel, byte[] memory, ProgramKind kind) =>
        kind == ProgramKind.Xdp ? kernel.RunPacket(memory) : (kernel.RunMemory(memory), memory);

    private static (ulong Result, byte[] Memory) Run(Interpreter interpreter, byte[] memory, ProgramKind kind) =>
        kind == ProgramKind.Xdp ? SamplePacket.Interpret(interpreter, memory) : (interpreter.Run(memory), memory);

    /// <summary>The program with all that it goes on in, or null where one of them can't be verified.</summary>
    private static Func<byte[], (ulong Result, byte[] Memory)>? Compile(GeneratedCase generated, MapSet maps)
    {
        List<VerifiedProgram> verified = [];
        foreach (Program program in generated.Targets.Append(generated.Program))
        {
            if (!ProgramVerifier.TryVerify(program, out VerifiedProgram? proven, out _))
            {
                return null;
            }

            verified.Add(proven);
        }

        if (generated.Program.Kind != ProgramKind.Xdp)
        {
            CompiledMemoryProgram memory = CompiledMemoryProgram.Compile(verified[^1]);
            return bytes => (memory.Run(bytes, maps), bytes);
        }

        CompiledPrograms all = new();
        List<CompiledPacketProgram> packets = [.. verified.Select(CompiledPacketProgram.Compile)];
        packets.ForEach(all.Add);
        return packet =>
        {
            RunContext.Current.Programs = all;
            try
            {
                return SamplePacket.Run(packets[^1], maps, packet);
            }
            finally
            {
                RunContext.Current.Programs = null;
            }
        };
    }

    /// <summary>The program in the kernel, or null where its verifier says that it is at fault itself, and not the program.</summary>
    private static KernelMachine? Load(GeneratedCase generated, long seed)
    {
        try
        {
            return KernelMachine.Load(generated.Program, generated.Targets);
        }
        catch (KernelException refusal) when (refusal.Log.Contains("verifier bug", StringComparison.Ordinal))
        {
            return null;
        }
        catch (KernelException refusal)
        {
            throw new InvalidOperationException($"seed {seed}: {refusal.Message}", refusal);
        }
    }

    private static void Equal(Outcome expected, Outcome found, string engine, GeneratedCase generated, long seed, int input) => Assert.True(
        expected.Result == found.Result && expected.Memory.SequenceEqual(found.Memory) && expected.Maps == found.Maps,
        $"""
        {generated.Program.Name}: the {engine} differs from the kernel on input {input}, {Convert.ToHexStringLower(GeneratedMemory.Make(seed, input))}
        kernel: {expected}
        here:   {found}
        {string.Join('\n', generated.Targets.Insert(0, generated.Program).Select(program =>
            $"{program.Name}:\n{string.Join('\n', Disassembler.Lines(program).Select(line => $"{line.Slot}: {line.Text}"))}"))}
        """);

    private static long Setting(string name, long otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>What became of a program.</summary>
    private enum Fate
    {
        /// <summary>The kernel and the interpreter ran it alike.</summary>
        Interpreted,

        /// <summary>So did compiled code.</summary>
        Compiled,

        /// <summary>The kernel could not load it, for a fault of its own.</summary>
        KernelFault,
    }

    /// <summary>What a run left.</summary>
    private sealed record Outcome(ulong Result, byte[] Memory, string Maps)
    {
        public static Outcome Of(byte[] input, Func<byte[], (ulong Result, byte[] Memory)> run, Func<string> maps)
        {
            (ulong result, byte[] memory) = run([.. input]);
            return new Outcome(result, memory, maps());
        }

        public override string ToString() => $"r0 0x{Result:x}, memory {Convert.ToHexStringLower(Memory)}, maps\n{Maps}";
    }
}
