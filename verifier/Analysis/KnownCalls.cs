using NearData.Isa.Helpers;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>Calls whose arguments are all known: their answer is computed, by the helper itself.</summary>
internal static class KnownCalls
{
    /// <summary>The helper's answer; null where it isn't known.</summary>
    public static long? Answer(ProgramEnvironment environment, HelperSignature helper, MachineState state)
    {
        if (environment.Evaluator is not { } evaluator || !helper.IsComputable)
        {
            return null;
        }

        Span<KnownArgument> arguments = new KnownArgument[helper.Arguments.Length];
        for (int index = 0; index < arguments.Length; index++)
        {
            if (Argument(environment, helper, index, state) is not { } known)
            {
                return null;
            }

            arguments[index] = known;
        }

        return evaluator(helper, arguments);
    }

    /// <summary>What a helper is given; null where it isn't known.</summary>
    public static KnownArgument? Argument(ProgramEnvironment environment, HelperSignature helper, int index, MachineState state)
    {
        Value given = state[HelperArguments.RegisterOf(index)];
        if (helper.Arguments[index] != ArgumentKind.Memory)
        {
            return given is Value.Number { Range.IsConstant: true } number ? new KnownArgument((long)number.Range.Number, default) : null;
        }

        return given is Value.Pointer { Offset.IsConstant: true } pointer
            && state[HelperArguments.RegisterOf(index + 1)] is Value.Number { Range.IsConstant: true } size
            && environment.KnownBytes(pointer.Region, (long)pointer.Offset.Number, (long)size.Range.Number) is { } bytes
            ? new KnownArgument(0, bytes)
            : null;
    }
}
