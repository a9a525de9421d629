using NearData.Isa;
using NearData.Verifier.Domains;

namespace NearData.Verifier.Values;

/// <summary>Arithmetic on addresses.</summary>
internal static class PointerOffsets
{
    /// <summary>
    /// How far an address may be from its region's start, either way: larger than any region, and small enough that no sum of an
    /// offset and a displacement can wrap. The kernel's verifier has the same bound.
    /// </summary>
    public const long Farthest = 1L << 29;

    /// <summary>The offset after adding or subtracting a number; null where it isn't proven to stay near.</summary>
    public static Scalar? Moved(Value.Pointer pointer, Value.Number number, AluOperation operation)
    {
        if (!number.Range.IsWithin(-Farthest, Farthest))
        {
            return null;
        }

        Scalar moved = ScalarArithmetic.Compute64(operation, signed: false, pointer.Offset, number.Range);
        return moved.IsWithin(-Farthest, Farthest) ? moved : null;
    }
}
