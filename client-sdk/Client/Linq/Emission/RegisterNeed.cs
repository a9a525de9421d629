using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Emission;

/// <summary>How many registers a computation takes when the heavier operand is computed first (Ershov's numbers).</summary>
internal static class RegisterNeed
{
    public static int Of(Scalar scalar) => scalar switch
    {
        Arithmetic arithmetic => OfPair(Of(arithmetic.Left), Of(arithmetic.Right)),
        Choice choice => Math.Max(Of(choice.Condition), Math.Max(Of(choice.WhenTrue), Of(choice.WhenFalse))),
        Found found => found.Lookup.Key.Max(Of),
        _ => 1,
    };

    private static int Of(Condition condition) => condition switch
    {
        Comparison comparison => OfPair(Of(comparison.Left), Of(comparison.Right)),
        Both both => Math.Max(Of(both.Left), Of(both.Right)),
        Either either => Math.Max(Of(either.Left), Of(either.Right)),
        _ => 0,
    };

    private static int OfPair(int left, int right) => left == right ? left + 1 : Math.Max(left, right);
}
