using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Vm.Functions;

namespace NearData.Vm.Interpretation;

/// <summary>Holds what a program passes to a helper against the helper's signature.</summary>
internal static class HelperCall
{
    /// <exception cref="ExecutionFaultException">An argument is no map, or points to no readable key.</exception>
    public static HelperArguments Check(
        HelperSignature helper, ReadOnlySpan<ulong> registers, AddressSpace memory, int instruction, int frames)
    {
        int index = 0;
        MapDefinition? map = null;
        ReadOnlySpan<byte> key = [];
        for (int argument = 0; argument < helper.Arguments.Length; argument++)
        {
            Address given = new(registers[Register.R1 + argument]);
            switch (helper.Arguments[argument])
            {
                case ArgumentKind.Map:
                    index = memory.FindMap(given) ?? throw new ExecutionFaultException(
                        instruction,
                        FaultKind.HelperArgument,
                        $"{helper.Name} gets {given} as its map",
                        "it takes a map of the program");
                    map = memory.Map(index);
                    break;
                case ArgumentKind.MapKey:
                    key = memory.Locate(instruction, given, map!.KeySize, AccessIntent.Load, frames);
                    break;
                default:
                    break;
            }
        }

        return new HelperArguments { MapIndex = index, Map = map, Key = key };
    }
}
