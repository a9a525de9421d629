using NearData.Isa;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Checking;

/// <summary>What is asked of single registers.</summary>
internal static class Registers
{
    public static Finding? Unusable(Register register, MachineState state) => state[register] is Value.Unusable unusable
        ? new(RejectionCode.UnusableRegister, $"{register} is {unusable}; it must be given a value on every path to here.", register)
        : null;

    public static Finding? NotNumber(Register register, MachineState state, RejectionCode otherwise, string use) => state[register] switch
    {
        Value.Number => null,
        Value.Unusable => Unusable(register, state),
        Value value => new(otherwise, $"{register} is {value}; {use} must be a number.", register),
    };
}
