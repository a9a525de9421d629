using NearData.Isa.Helpers;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>Comparisons of texts that are known to lie in a range: what they can answer.</summary>
internal static class TextCalls
{
    private static readonly Scalar Either = Scalar.Between(0, 1);
    private static readonly Scalar True = Scalar.Constant(1);

    /// <summary>What the helper can answer; null where that isn't known, or it compares no texts.</summary>
    public static Scalar? Answer(ProgramEnvironment environment, HelperSignature helper, MachineState state)
    {
        if (!environment.KnowsFields || !helper.ComparesTexts())
        {
            return null;
        }

        return TextAt(environment, helper, 0, state) is { } text && TextAt(environment, helper, 2, state) is { } other
            ? Answer(environment, helper, text, other, state)
            : null;
    }

    private static Scalar? Answer(ProgramEnvironment environment, HelperSignature helper, Operand text, Operand other, MachineState state)
    {
        if (helper == StringHelpers.Compare)
        {
            return Compare(text.Range, other.Range);
        }

        if (helper == StringHelpers.Equal)
        {
            Note(environment, text, other.Range.Single);
            Note(environment, other, text.Range.Single);
            return text.Range.IsApartFrom(other.Range) ? Scalar.Zero : Either;
        }

        if (text.Field is null || other.Range.Single is not { } known)
        {
            return null;
        }

        if (helper == StringHelpers.StartsWith)
        {
            return Within(text.Range, TextRange.BeginningWith(known));
        }

        return helper == StringHelpers.Like && state[HelperArguments.RegisterOf(4)] is Value.Number { Range.IsConstant: true } escape
            ? Like(environment, text, known, (long)escape.Range.Number)
            : null;
    }

    private static void Note(ProgramEnvironment environment, Operand text, ReadOnlyMemory<byte>? other)
    {
        if (text.Field is { } field && other is { } known)
        {
            environment.Compared?.Invoke(field, known);
        }
    }

    private static Scalar Within(TextRange text, TextRange wanted) =>
        text.IsApartFrom(wanted) ? Scalar.Zero : wanted.Contains(text) ? True : Either;

    private static Scalar Compare(TextRange text, TextRange other)
    {
        if (text.IsBefore(other))
        {
            return Scalar.Constant(-1L);
        }

        if (other.IsBefore(text))
        {
            return Scalar.Constant(1L);
        }

        // No less than any of the others, or no greater.
        bool isLeast = IsThrough(other, text.Least);
        bool isGreatest = IsThrough(text, other.Least);
        return Scalar.Between(isLeast ? 0 : -1, isGreatest ? 0 : 1);
    }

    /// <summary>Whether none is behind a text.</summary>
    private static bool IsThrough(TextRange range, ReadOnlyMemory<byte> last) =>
        range.Limit is { } limit && limit.Span.SequenceCompareTo(TextRange.Next(last).Span) <= 0;

    /// <summary>A pattern's beginning, as far as it means itself, is that of what it matches.</summary>
    private static Scalar Like(ProgramEnvironment environment, Operand text, ReadOnlyMemory<byte> pattern, long escape)
    {
        List<byte> beginning = [];
        ReadOnlySpan<byte> bytes = pattern.Span;
        int at = 0;
        for (; at < bytes.Length && (bytes[at] == escape || bytes[at] is not ((byte)'%' or (byte)'_')); at++)
        {
            at += bytes[at] == escape ? 1 : 0;
            if (at == bytes.Length)
            {
                // A pattern that ends in an escape matches nothing.
                return Scalar.Zero;
            }

            beginning.Add(bytes[at]);
        }

        byte[] prefix = [.. beginning];
        if (at == bytes.Length)
        {
            Note(environment, text, prefix);
            return text.Range.IsApartFrom(TextRange.Of(prefix)) ? Scalar.Zero : Either;
        }

        bool isPrefixAlone = escape != '%' && bytes[at..].TrimStart((byte)'%').IsEmpty;
        Scalar within = Within(text.Range, TextRange.BeginningWith(prefix));
        return isPrefixAlone || within != True ? within : Either;
    }

    /// <summary>The text that two arguments are: a field's as a whole, or bytes that are known.</summary>
    private static Operand? TextAt(ProgramEnvironment environment, HelperSignature helper, int argument, MachineState state)
    {
        if (state[HelperArguments.RegisterOf(argument)] is Value.Pointer { Region.Kind: RegionKind.Text, Offset: { IsConstant: true, Number: 0 } } pointer
            && state[HelperArguments.RegisterOf(argument + 1)] is Value.Number { Term: { } length }
            && length == ProgramEnvironment.TextLength(pointer.Region.Index))
        {
            return new Operand(environment.KnownTexts(pointer.Region.Index), pointer.Region.Index);
        }

        return KnownCalls.Argument(environment, helper, argument, state) is { Memory: var bytes } ? new Operand(TextRange.Of(bytes), Field: null) : null;
    }

    private static bool ComparesTexts(this HelperSignature helper) =>
        helper == StringHelpers.Equal || helper == StringHelpers.Compare || helper == StringHelpers.StartsWith || helper == StringHelpers.Like;

    /// <param name="Range">What the text can be.</param>
    /// <param name="Field">The field that it is; null where it is known.</param>
    private readonly record struct Operand(TextRange Range, int? Field);
}
