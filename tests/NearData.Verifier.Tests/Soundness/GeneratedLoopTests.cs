using System.Globalization;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Corpus;
using NearData.Vm;
using NearData.Vm.Maps;
using Xunit.Abstractions;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>
/// What is accepted of random programs with loops, calls and callbacks runs in the checking interpreter without a fault, within its worst
/// case, and compiled code does the same. <c>NEARDATA_LONG=1</c> runs 1,000,000 programs; <c>NEARDATA_SEED</c> says which first.
/// </summary>
public sealed class GeneratedLoopTests(ITestOutputHelper output)
{
    private const int Inputs = 3;

    [Fact]
    public void Accepted_programs_with_loops_and_calls_run_without_a_fault_and_compiled_code_does_the_same()
    {
        bool isLong = Environment.GetEnvironmentVariable("NEARDATA_LONG") == "1";
        int count = isLong ? 1_000_000 : 1_000;
        int first = int.Parse(Environment.GetEnvironmentVariable("NEARDATA_SEED") ?? "0", CultureInfo.InvariantCulture);
        Dictionary<string, int> rejected = [];
        int accepted = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            Program program = LoopingProgramGenerator.Make(seed);
            if (!ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out Rejection? rejection))
            {
                rejected[rejection.Code.Text] = rejected.GetValueOrDefault(rejection.Code.Text) + 1;
                continue;
            }

            accepted++;
            Compare(verified, seed);
        }

        output.WriteLine($"{accepted} of {count} from seed {first}; rejected: {string.Join(", ", rejected)}");
        Assert.InRange(accepted, count / 5, count - 1);
    }

    private static void Compare(VerifiedProgram verified, int seed)
    {
        // The compiler has no addresses of functions yet.
        bool callsBack = verified.Program.Code.Any(instruction => instruction is { IsWide: true, WideKind: WideImmediateKind.Function });
        CompiledMemoryProgram? compiled = seed % 8 == 0 && !callsBack ? CompiledMemoryProgram.Compile(verified) : null;
        Random random = new(seed);
        for (int input = 0; input < Inputs; input++)
        {
            byte[] memory = new byte[Fixtures.MemoryLength];
            for (int word = 0; word < memory.Length; word += sizeof(long))
            {
                BitConverter.TryWriteBytes(memory.AsSpan(word), random.Next(3) == 0 ? random.NextInt64() : random.Next(-3, 70));
            }

            byte[] copy = [.. memory];
            ulong expected = Interpreter.RunMemory(verified.Program, memory, verified.Facts.WorstCaseInstructions);
            if (compiled is not null)
            {
                using MapSet maps = new(verified.Program.Maps);
                Assert.Equal(expected, compiled.Run(copy, maps));
                Assert.Equal(memory, copy);
            }
        }
    }
}
