using NearData.Isa;
using NearData.Isa.Helpers;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests;

public sealed class HelperTests
{
    public static TheoryData<int> Numbers =>
        [.. HelperTable.All.Where(helper => !ControlHelpers.All.Contains(helper)).Select(helper => helper.Number)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_helper_of_the_table_runs_or_refuses_its_arguments(int number)
    {
        try
        {
            Interpreter.RunMemory(OverMemory(0, [Instruction.CallHelper(number), Instruction.Exit]), []);
        }
        catch (ExecutionFaultException fault)
        {
            Assert.True(fault.Kind is FaultKind.HelperArgument or FaultKind.WildAddress, fault.Message);
        }
    }

    [Fact]
    public void A_helper_has_as_many_arguments_as_there_are_registers_for_them() =>
        Assert.All(HelperTable.All, helper => Assert.InRange(helper.Arguments.Length, 0, 5));
}
