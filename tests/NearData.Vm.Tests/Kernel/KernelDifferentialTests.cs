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
/// Random programs run in the kernel, in the checking interpreter and as compiled code, over the same input: r0, memory and maps
/// are equal afterwards. <c>NEARDATA_LONG=1</c> runs 100,000 of them; <c>NEARDATA_DIFFERENTIAL_COUNT</c> and
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
        long compiled = 0;
        for (long seed = first; seed < first + count; seed++)
        {
            compiled += Compare(seed) ? 1 : 0;
        }

        output.WriteLine($"{compiled} of them compiled");
        Assert.True(compiled > count / 10, $"only {compiled} of {count} programs were verified and compiled");
    }

    /// <summary>Runs one program everywhere.</summary>
    /// <returns>Whether the verifier took it, so that it was compiled too.</returns>
    private static bool Compare(long seed)
    {
        Program program = GeneratedProgram.Make(seed);
        using KernelMachine kernel = Load(program, seed);
        using MapSet interpretedMaps = new(program.Maps);
        using MapSet compiledMaps = new(program.Maps);
        Interpreter interpreter = new(program, interpretedMaps);
        CompiledMemoryProgram? compiled = ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out _)
            ? CompiledMemoryProgram.Compile(verified)
            : null;
        for (int input = 0; input < Inputs; input++)
        {
            byte[] memory = GeneratedMemory.Make(seed, input);
            Outcome expected = Outcome.Of(memory, bytes => kernel.RunMemory(bytes), () => [.. kernel.Maps.SelectMany(map => map.Entries().SelectMany(entry => entry.Value))]);
            Equal(expected, Outcome.Of(memory, bytes => interpreter.Run(bytes), () => Contents(interpretedMaps)), "interpreter", program, input);
            if (compiled is not null)
            {
                Equal(expected, Outcome.Of(memory, bytes => compiled.Run(bytes, compiledMaps), () => Contents(compiledMaps)), "compiled code", program, input);
            }
        }

        return compiled is not null;
    }

    private static KernelMachine Load(Program program, long seed)
    {
        try
        {
            return KernelMachine.Load(program);
        }
        catch (KernelException refusal)
        {
            throw new InvalidOperationException($"seed {seed}: {refusal.Message}", refusal);
        }
    }

    private static byte[] Contents(MapSet maps) =>
        [.. maps.Maps.SelectMany((map, index) => Enumerable.Range(0, map.MaxEntries).SelectMany(entry => maps.Value(index, entry).ToArray()))];

    private static void Equal(Outcome expected, Outcome found, string engine, Program program, int input) => Assert.True(
        expected.Result == found.Result && expected.Memory.SequenceEqual(found.Memory) && expected.Maps.SequenceEqual(found.Maps),
        $"""
        {program.Name}, input {input}: the {engine} differs from the kernel
        kernel: {expected}
        here:   {found}
        {string.Join('\n', Disassembler.Lines(program).Select(line => $"{line.Slot}: {line.Text}"))}
        """);

    private static long Setting(string name, long otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>What a run left.</summary>
    private sealed record Outcome(ulong Result, byte[] Memory, byte[] Maps)
    {
        public static Outcome Of(byte[] input, Func<byte[], ulong> run, Func<byte[]> maps)
        {
            byte[] memory = [.. input];
            ulong result = run(memory);
            return new Outcome(result, memory, maps());
        }

        public override string ToString() => $"r0 0x{Result:x}, memory {Convert.ToHexStringLower(Memory)}, maps {Convert.ToHexStringLower(Maps)}";
    }
}
