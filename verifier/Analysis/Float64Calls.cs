using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>Comparisons of doubles that are known to lie in a range: what they can answer (IEEE 754: zeros are equal, NaN is nothing's equal).</summary>
internal static class Float64Calls
{
    /// <summary>What the helper can answer; null where that isn't known, or it compares no doubles.</summary>
    public static Scalar? Answer(ProgramEnvironment environment, HelperSignature helper, MachineState state)
    {
        if (!environment.KnowsFields
            || (helper != Float64Helpers.Equal && helper != Float64Helpers.Less && helper != Float64Helpers.LessOrEqual)
            || NumberAt(environment, 0, state) is not { } left
            || NumberAt(environment, 1, state) is not { } right)
        {
            return null;
        }

        (bool canBe, bool canFail) =
            helper == Float64Helpers.Less ? (left.Least < right.Greatest, !(left.Greatest < right.Least))
            : helper == Float64Helpers.LessOrEqual ? (left.Least <= right.Greatest, !(left.Greatest <= right.Least))
            : (left.Least <= right.Greatest && right.Least <= left.Greatest, !(left.Least == right.Greatest && left.Greatest == right.Least));
        return !canBe ? Scalar.Zero
            : canFail || left.MayBeNaN || right.MayBeNaN ? Scalar.Between(0, 1)
            : Scalar.Constant(1);
    }

    private static Operand? NumberAt(ProgramEnvironment environment, int argument, MachineState state) => state[HelperArguments.RegisterOf(argument)] switch
    {
        Value.Number { Range: { IsConstant: true } range } => Operand.Of(BitConverter.UInt64BitsToDouble(range.Number)),
        Value.Number { Term: Term.Loaded { Target: AccessTarget.FieldValue, Offset: 0, Size: sizeof(double) } loaded }
            when environment.Program.Row.Fields[loaded.Index].Type == FieldType.Float64 && environment.KnownField(loaded.Index) is { } field => Operand.Of(field),
        _ => null,
    };

    /// <summary>What a number can be. Where it can be none but NaN its bounds are that, which compares to nothing.</summary>
    private readonly record struct Operand(double Least, double Greatest, bool MayBeNaN)
    {
        private static readonly Int128 Infinity = Float64Order.ToKey(double.PositiveInfinity);

        public static Operand Of(double number) => new(number, number, double.IsNaN(number));

        public static Operand Of(FieldRange field)
        {
            if (field.Nulls == NullPresence.All)
            {
                return Of(0);
            }

            Int128 least = Int128.Max(field.Minimum, Float64Order.Least);
            Int128 greatest = Int128.Min(field.Maximum, Infinity);
            bool mayBeNaN = field.MayBeNaN || field.Maximum > Infinity;
            Operand present = least > greatest ? new(double.NaN, double.NaN, mayBeNaN) : new(Float64Order.ToDouble((long)least), Float64Order.ToDouble((long)greatest), mayBeNaN);
            return field.Nulls == NullPresence.None ? present
                : double.IsNaN(present.Least) ? Of(0) with { MayBeNaN = true }
                : present with { Least = Math.Min(present.Least, 0), Greatest = Math.Max(present.Greatest, 0) };
        }
    }
}
