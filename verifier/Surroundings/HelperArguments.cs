using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Surroundings;

/// <summary>Which memory a helper's arguments lead to.</summary>
internal static class HelperArguments
{
    /// <summary>Bytes of memory that one argument may lead to: more than any region has.</summary>
    private const long MostBytes = 1L << 29;

    public static Register RegisterOf(int argument) => new((byte)(Register.R1 + argument));

    /// <summary>The map that an argument is about: the last one before it.</summary>
    public static Value.Map? MapBefore(HelperSignature helper, int argument, MachineState state)
    {
        for (int before = argument - 1; before >= 0; before--)
        {
            if (helper.Arguments[before] == ArgumentKind.Map)
            {
                return state[RegisterOf(before)] as Value.Map;
            }
        }

        return null;
    }

    /// <summary>Whether the helper fills the memory, so that nothing need have been written there.</summary>
    public static bool IsFilled(ArgumentKind kind) => kind is ArgumentKind.MapValueOut or ArgumentKind.MemoryOut or ArgumentKind.LongOut or ArgumentKind.WideOut;

    /// <summary>Whether the helper takes exactly so many bytes, not up to so many.</summary>
    public static bool HasConstantSize(HelperSignature helper, int argument, MachineState state) =>
        !IsFollowedBySize(helper.Arguments[argument])
        || state[RegisterOf(argument + 1)] is Value.Number { Range.IsConstant: true };

    /// <summary>The most bytes that an argument leads to; null where it leads to no memory, or its size isn't known to be small.</summary>
    public static int? Size(ProgramEnvironment environment, HelperSignature helper, int argument, MachineState state)
    {
        ArgumentKind kind = helper.Arguments[argument];
        if (IsFollowedBySize(kind))
        {
            return state[RegisterOf(argument + 1)] is Value.Number size && size.Range.IsWithin(0, MostBytes)
                ? (int)size.Range.Whole.Signed.Maximum
                : null;
        }

        return kind switch
        {
            ArgumentKind.LongOut => sizeof(long),
            ArgumentKind.WideOut => 2 * sizeof(long),
            ArgumentKind.MapKey => MapBefore(helper, argument, state) is { } map ? environment.Map(map).KeySize : null,
            ArgumentKind.MapValue or ArgumentKind.MapValueOut => MapBefore(helper, argument, state) is { } map ? environment.Map(map).ValueSize : null,
            _ => null,
        };
    }

    /// <summary>The bytes that an argument leads to; null where it leads to none.</summary>
    public static Place? Place(ProgramEnvironment environment, HelperSignature helper, int argument, MachineState state) =>
        state[RegisterOf(argument)] is Value.Pointer pointer && Size(environment, helper, argument, state) is { } size && size > 0
            ? Surroundings.Place.At(pointer, 0, size)
            : null;

    /// <summary>Whether the next argument is the memory's size.</summary>
    public static bool IsFollowedBySize(ArgumentKind kind) =>
        kind is ArgumentKind.Memory or ArgumentKind.MemoryOrNull or ArgumentKind.MemoryOut or ArgumentKind.MapMemory or ArgumentKind.BufferOrNull;
}
