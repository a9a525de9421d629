using System.Numerics;
using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Binding;

/// <summary>What a sub-expression was found to be. Its C# type stays with the expression.</summary>
internal abstract record Bound;

/// <summary>A number that depends on the row.</summary>
/// <param name="Scalar">The unscaled integer; zero or anything else where the value is null.</param>
/// <param name="Scale">Digits after the point.</param>
/// <param name="Present">Where the value isn't null.</param>
internal sealed record RowNumber(Scalar Scalar, int Scale, Condition Present) : Bound;

/// <summary>A truth that depends on the row; never null.</summary>
internal sealed record RowTruth(Condition Condition) : Bound;

/// <summary>A text that depends on the row.</summary>
/// <param name="Field">Empty where the value is null.</param>
/// <param name="Present">Where the value isn't null.</param>
internal sealed record RowText(TextField Field, Condition Present) : Bound;

/// <summary>A text that the client knows, literal or captured: it becomes a parameter.</summary>
/// <param name="Value">Null is null.</param>
/// <param name="Name">The captured variable's name; null where it has none.</param>
internal sealed record ClientText(string? Value, string? Name) : Bound;

/// <summary>A value that the client knows: it becomes a number or a parameter once its use tells the scale.</summary>
/// <param name="Unscaled">The value without its point; no trailing zeros after the point. Null is null.</param>
/// <param name="Scale">Digits after the point.</param>
/// <param name="Name">The captured variable's name; null where it has none.</param>
/// <param name="IsLiteral">Written in the query itself, so part of its shape.</param>
internal sealed record ClientValue(BigInteger? Unscaled, int Scale, string? Name, bool IsLiteral) : Bound
{
    public Condition Present => Unscaled is null ? Condition.False : Condition.True;
}
