using Iced.Intel;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Programs;
using Instruction = NearData.Isa.Instruction;

namespace NearData.Vm.Tests;

/// <summary>Doubles in registers, in both engines, against C#.</summary>
public sealed class Float64Tests
{
    private static readonly Dictionary<string, Func<long, long, long>> Expected = new(StringComparer.Ordinal)
    {
        ["nd_f64_add"] = (x, y) => Bits(Number(x) + Number(y)),
        ["nd_f64_sub"] = (x, y) => Bits(Number(x) - Number(y)),
        ["nd_f64_mul"] = (x, y) => Bits(Number(x) * Number(y)),
        ["nd_f64_div"] = (x, y) => Bits(Number(x) / Number(y)),
        ["nd_f64_min"] = (x, y) => Bits(IsFirst(x, y) ? Number(x) : Number(y)),
        ["nd_f64_max"] = (x, y) => Bits(double.IsNaN(Number(x)) || (!double.IsNaN(Number(y)) && !IsFirst(x, y)) ? Number(x) : Number(y)),
        ["nd_f64_eq"] = (x, y) => Number(x) == Number(y) ? 1 : 0,
        ["nd_f64_lt"] = (x, y) => Number(x) < Number(y) ? 1 : 0,
        ["nd_f64_le"] = (x, y) => Number(x) <= Number(y) ? 1 : 0,
        ["nd_f64_sqrt"] = (x, _) => Bits(Math.Sqrt(Number(x))),
        ["nd_f64_floor"] = (x, _) => Bits(Math.Floor(Number(x))),
        ["nd_f64_ceil"] = (x, _) => Bits(Math.Ceiling(Number(x))),
        ["nd_f64_round"] = (x, _) => Bits(Math.Round(Number(x), MidpointRounding.ToEven)),
        ["nd_f64_from_s64"] = (x, _) => Bits(x),
        ["nd_f64_from_u64"] = (x, _) => Bits((ulong)x),
        ["nd_f64_to_s64"] = (x, _) => long.CreateSaturating(Number(x)),
        ["nd_f64_to_u64"] = (x, _) => (long)ulong.CreateSaturating(Number(x)),
    };

    public static TheoryData<string> Helpers => [.. Float64Helpers.All.Where(helper => helper.Update is null).Select(helper => helper.Name)];

    [Theory]
    [MemberData(nameof(Helpers))]
    public void Both_engines_compute_as_IEEE_754_says(string name)
    {
        Program program = Calling(name);
        CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(ProgramVerifier.Verify(program));
        using MapSet maps = new([]);
        Interpreter interpreter = new(program, maps);
        Random random = new(11);
        for (int round = 0; round < 3000; round++)
        {
            (long x, long y) = (Operand(random), Operand(random));
            byte[] memory = [.. BitConverter.GetBytes(x), .. BitConverter.GetBytes(y)];
            long expected = Canonical(name, Expected[name](x, y));
            Assert.Equal((round, expected), (round, Canonical(name, (long)interpreter.Run(memory))));
            Assert.Equal((round, expected), (round, Canonical(name, (long)compiled.Run(memory, maps))));
        }
    }

    [Theory]
    [MemberData(nameof(Helpers))]
    public void Doubles_are_computed_without_calls(string name)
    {
        Program program = Calling(name) with { Name = $"native_{name}" };
        (_, var methods) = MachineCodeCapture.Run(() => CompiledMemoryProgram.Compile(ProgramVerifier.Verify(program)));
        MachineCode code = Assert.Single(methods, method => method.Method == program.Name);
        Decoder decoder = Decoder.Create(64, code.Bytes.ToArray());
        while (decoder.IP < (ulong)code.Bytes.Length)
        {
            Assert.NotEqual(FlowControl.Call, decoder.Decode().FlowControl);
        }
    }

    private static Program Calling(string name) => OverMemory(16,
        [Instruction.Load(Isa.MemorySize.DoubleWord, R2, R1, 8), Instruction.Load(Isa.MemorySize.DoubleWord, R1, R1, 0),
            Instruction.CallHelper(Float64Helpers.All.Single(helper => helper.Name == name).Number), Instruction.Exit]);

    private static double Number(long bits) => BitConverter.Int64BitsToDouble(bits);

    private static long Bits(double number) => BitConverter.DoubleToInt64Bits(number);

    /// <summary>Whether x is the minimum: a NaN, or first in the order of the rest with -0 before +0.</summary>
    private static bool IsFirst(long x, long y) =>
        double.IsNaN(Number(x)) || (!double.IsNaN(Number(y)) && Float64Order.ToKey(Number(x)) <= Float64Order.ToKey(Number(y)));

    // Which NaN comes out is not specified.
    private static long Canonical(string name, long result)
    {
        bool isDouble = !name.Contains("_to_", StringComparison.Ordinal) && result is not (0 or 1);
        return isDouble && double.IsNaN(Number(result)) ? Bits(double.NaN) : result;
    }

    private static long Operand(Random random) => random.Next(6) switch
    {
        0 => Bits(SpecialDoubles.All[random.Next(SpecialDoubles.All.Length)]),
        1 => Bits(random.Next(-1000, 1000) / 4.0),
        2 => random.Next(-5, 5),
        3 => Bits((random.NextDouble() - 0.5) * 4e19),
        _ => random.NextInt64(long.MinValue, long.MaxValue),
    };
}
