using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests;

public sealed class ConformanceTests
{
    public static TheoryData<string> Names => [.. ConformanceVector.All.Keys];

    [FactNeeding(Needs.SharedData)]
    public void The_suite_is_whole() => Assert.Equal(225, ConformanceVector.All.Count);

    [TheoryNeeding(Needs.SharedData)]
    [MemberData(nameof(Names))]
    public void The_interpreter_returns_what_the_suite_expects(string name)
    {
        ConformanceVector vector = ConformanceVector.All[name];
        Assert.Equal(vector.Result, Interpreter.RunMemory(vector.Program, vector.Memory.ToArray()));
    }

    [TheoryNeeding(Needs.SharedData)]
    [MemberData(nameof(Names))]
    public void Compiled_code_returns_what_the_suite_expects_wherever_the_verifier_accepts(string name)
    {
        ConformanceVector vector = ConformanceVector.All[name];
        if (!ProgramVerifier.TryVerify(vector.Program, out VerifiedProgram? verified, out _))
        {
            return;
        }

        using MapSet maps = new(vector.Program.Maps);
        Assert.Equal(vector.Result, CompiledMemoryProgram.Compile(verified).Run(vector.Memory.ToArray(), maps));
    }
}
