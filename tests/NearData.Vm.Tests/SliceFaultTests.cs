using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests;

/// <summary>The checking interpreter trusts no program with its slices: what a slice is, it knows itself, whatever the sixteen bytes hold.</summary>
public sealed class SliceFaultTests
{
    private const string Make = """
        r1 = map[data][0]+0
        r2 = 16
        r3 = 0
        r4 = r10
        r4 += -16
        call 197

        """;

    private const string Reserve = """
        r1 = map[events]
        r2 = 8
        r3 = 0
        r4 = r10
        r4 += -16
        call 198

        """;

    private const string Data = """
        r1 = r10
        r1 += -16
        r2 = 0
        r3 = 8
        call 203

        """;

    private const string Submit = """
        r1 = r10
        r1 += -16
        r2 = 0
        call 199

        """;

    private const string End = "r0 = 0\nexit\n";

    [Theory]
    [InlineData("r0 = *(u64 *)(r10-16)\nexit", "only helpers look into one")]
    [InlineData("r0 = *(u8 *)(r10-1)\nexit", "only helpers look into one")]
    [InlineData("r1 = r10\nr1 += -16\nr2 = 16\nr3 = r10\nr3 += -16\ncall 5\nr0 = *(u32 *)(r10-12)\nexit", "only helpers look into one")]
    public void Nobody_looks_into_a_slice(string code, string says) => Faults(Make + code, FaultKind.Slice, says);

    [Theory]
    [InlineData("*(u8 *)(r10-16) = 1\n")]
    [InlineData("*(u64 *)(r10-8) = 1\n")]
    public void What_was_stored_over_is_no_slice(string store) =>
        Faults(Make + store + Data + End, FaultKind.HelperArgument, "it takes a slice that was made there");

    [Fact]
    public void Bytes_that_look_like_a_slice_are_none() => Faults(
        "r1 = map[data][0]+0\n*(u64 *)(r10-16) = r1\n*(u64 *)(r10-8) = 16\n" + Data + End, FaultKind.HelperArgument, "it takes a slice that was made there");

    [Fact]
    public void A_slice_is_where_it_was_made() => Faults(
        Make + "r1 = r10\nr1 += -8\nr2 = 0\nr3 = 8\ncall 203\n" + End, FaultKind.HelperArgument, "it takes a slice that was made there");

    [Fact]
    public void A_slice_ends_with_its_function() => Faults(
        $"call f\ncall g\n{End}f: {Make}{End}g: {Data}{End}", FaultKind.HelperArgument, "it takes a slice that was made there");

    [Fact]
    public void A_record_is_not_lost_under_a_store() => Faults(Reserve + "*(u8 *)(r10-9) = 1\n" + End, FaultKind.Slice, "must be given back first");

    [Theory]
    [InlineData("")]
    [InlineData(Data)]
    public void A_record_of_a_slice_is_given_back(string use) => Faults(Reserve + use + End, FaultKind.NotGivenBack, "gives back what it took");

    [Fact]
    public void A_record_of_a_slice_is_given_back_once() =>
        Faults(Reserve + Submit + Submit + End, FaultKind.HelperArgument, "reserved in a ring buffer");

    [Fact]
    public void A_slice_of_memory_is_not_given_back() => Faults(Make + Submit + End, FaultKind.HelperArgument, "reserved in a ring buffer");

    [Fact]
    public void A_record_of_a_slice_is_gone_where_it_was_given_back() => Faults(
        Reserve + Data + "r6 = r0\n" + Submit + "r0 = *(u64 *)(r6+0)\nexit", FaultKind.OutOfBounds, "");

    [Fact]
    public void A_slice_is_gone_whose_record_was_given_back_as_a_record() => Faults(
        Reserve + Data + "r1 = r0\nr2 = 0\ncall 132\n" + Data + End, FaultKind.HelperArgument, "it takes a slice that was made there");

    [Theory]
    [InlineData("r1 = r10\nr1 += -32\n", "memory in a map's value")]
    [InlineData("r1 = map[events]\nr2 = 8\nr3 = 0\ncall 131\nr1 = r0\n", "memory in a map's value")]
    [InlineData("r1 = map[constants][0]+0\n", "can only be read")]
    public void A_slice_is_of_memory_that_stays(string memory, string says)
    {
        string code = $"{memory}r2 = 8\nr3 = 0\nr4 = r10\nr4 += -16\ncall 197\n{End}";
        ExecutionFaultException fault = Assert.Throws<ExecutionFaultException>(() => Run(code));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Make + "r1 = map[data][0]+0\nr2 = 17\nr3 = 0\nr4 = r10\nr4 += -16\ncall 197\n", FaultKind.OutOfBounds)]
    [InlineData("r1 = map[data][0]+0\nr2 = 8\nr3 = 0\nr4 = r10\nr4 += -12\ncall 197\n", FaultKind.HelperArgument)]
    [InlineData("r1 = map[data][0]+0\nr2 = 8\nr3 = 0\nr4 = r10\nr4 += -8\ncall 197\n", FaultKind.OutOfBounds)]
    [InlineData("r1 = map[data][0]+0\nr2 = 8\nr3 = 0\nr4 = map[data][0]+0\ncall 197\n", FaultKind.HelperArgument)]
    public void A_slice_is_made_within_its_memory_in_sixteen_aligned_bytes_of_the_stack(string code, FaultKind kind) =>
        Assert.Equal(kind, Assert.Throws<ExecutionFaultException>(() => Run(code + End)).Kind);

    [Fact]
    public void Bytes_of_a_slice_are_those_of_its_memory() =>
        Assert.Equal(0x0605_0403UL, Run($"{Make}r1 = r10\nr1 += -16\nr2 = 3\nr3 = 4\ncall 203\nr0 = *(u32 *)(r0+0)\nexit"));

    private static void Faults(string code, FaultKind kind, string says)
    {
        ExecutionFaultException fault = Assert.Throws<ExecutionFaultException>(() => Run(code));
        Assert.Equal(kind, fault.Kind);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    private static ulong Run(string code)
    {
        Program program = Programs.OverMemory(0, []);
        program = program with
        {
            Maps =
            [
                new MapDefinition("data", MapRole.Data, MapType.Array, 4, 16, 1, [.. Enumerable.Range(0, 16).Select(value => (byte)value)]),
                new MapDefinition("events", MapRole.Declared, MapType.RingBuffer, 0, 0, 4096, []),
                new MapDefinition("constants", MapRole.ReadOnlyData, MapType.Array, 4, 16, 1, []),
            ],
        };
        program = program with { Code = Assembler.Assemble(code, program.Maps) };
        using MapSet maps = new(program.Maps);
        return new Interpreter(program, maps).Run([]);
    }
}
