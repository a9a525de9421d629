using System.Numerics;

namespace NearData.Verifier.Domains;

/// <summary>
/// A number of which some bits are known: the set of all numbers that agree with <paramref name="Value"/> outside
/// <paramref name="Mask"/>. The operations are the tristate numbers of Vishwanathan et al., "Sound, Precise, and Fast Abstract
/// Interpretation with Tristate Numbers" (CGO 2022); docs/verifier.md argues why each is sound.
/// </summary>
/// <param name="Value">The known bits; zero under the mask.</param>
/// <param name="Mask">One where the bit is unknown.</param>
public readonly record struct Tnum<T>(T Value, T Mask)
    where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>, IMinMaxValue<T>
{
    /// <summary>Every number.</summary>
    public static Tnum<T> Unknown => new(T.Zero, T.MaxValue);

    public T Minimum => Value;

    public T Maximum => Value | Mask;

    public bool IsConstant => Mask == T.Zero;

    public static Tnum<T> Constant(T value) => new(value, T.Zero);

    /// <summary>The least tnum that holds every number from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Tnum<T> Between(T minimum, T maximum)
    {
        T differing = minimum ^ maximum;
        T below = LowBits(differing.GetShortestBitLength());
        return new(minimum & ~below, below);
    }

    /// <summary>A number with the low <paramref name="count"/> bits set; all of them where that is the whole width.</summary>
    public static T LowBits(int count) => count == 0 ? T.Zero : T.MaxValue >>> (Width - count);

    /// <summary>Bits of the type.</summary>
    public static int Width { get; } = T.Zero.GetByteCount() * 8;

    public bool Contains(T number) => (number & ~Mask) == Value;

    /// <summary>The least tnum that holds both.</summary>
    public Tnum<T> Join(Tnum<T> other)
    {
        T mask = Mask | other.Mask | (Value ^ other.Value);
        return new(Value & ~mask, mask);
    }

    /// <summary>The numbers in both; null where they contradict.</summary>
    public Tnum<T>? Meet(Tnum<T> other)
    {
        if (((Value ^ other.Value) & ~(Mask | other.Mask)) != T.Zero)
        {
            return null;
        }

        return new(Value | other.Value, Mask & other.Mask);
    }

    public static Tnum<T> operator +(Tnum<T> left, Tnum<T> right)
    {
        // A bit of the sum is unknown where an operand's is, or where the carry into it differs between the least and the greatest.
        T values = left.Value + right.Value;
        T carries = (left.Mask + right.Mask + values) ^ values;
        T mask = carries | left.Mask | right.Mask;
        return new(values & ~mask, mask);
    }

    public static Tnum<T> operator -(Tnum<T> left, Tnum<T> right)
    {
        T values = left.Value - right.Value;
        T borrows = (values + left.Mask) ^ (values - right.Mask);
        T mask = borrows | left.Mask | right.Mask;
        return new(values & ~mask, mask);
    }

    public static Tnum<T> operator &(Tnum<T> left, Tnum<T> right)
    {
        T value = left.Value & right.Value;
        return new(value, left.Maximum & right.Maximum & ~value);
    }

    public static Tnum<T> operator |(Tnum<T> left, Tnum<T> right)
    {
        T value = left.Value | right.Value;
        return new(value, (left.Mask | right.Mask) & ~value);
    }

    public static Tnum<T> operator ^(Tnum<T> left, Tnum<T> right)
    {
        T mask = left.Mask | right.Mask;
        return new((left.Value ^ right.Value) & ~mask, mask);
    }

    public static Tnum<T> operator *(Tnum<T> left, Tnum<T> right)
    {
        // Long multiplication: known digits go into the value at once, each digit that may be one adds its row to the unknown part.
        Tnum<T> unknown = Constant(T.Zero);
        Tnum<T> row = right;
        for (Tnum<T> digits = left; digits.Maximum != T.Zero; digits = digits.ShiftRight(1), row = row.ShiftLeft(1))
        {
            if ((digits.Value & T.One) != T.Zero)
            {
                unknown += new Tnum<T>(T.Zero, row.Mask);
            }
            else if ((digits.Mask & T.One) != T.Zero)
            {
                unknown += new Tnum<T>(T.Zero, row.Maximum);
            }
        }

        return Constant(left.Value * right.Value) + unknown;
    }

    public Tnum<T> ShiftLeft(int count) => new(Value << count, Mask << count);

    public Tnum<T> ShiftRight(int count) => new(Value >>> count, Mask >>> count);

    /// <summary>The sign bit, known or not, is copied downwards.</summary>
    public Tnum<T> ArithmeticShiftRight(int count)
    {
        T mask = CopySign(Mask, count);
        return new(CopySign(Value, count) & ~mask, mask);
    }

    public override string ToString() => IsConstant ? $"0x{Value:x}" : $"(0x{Value:x}; unknown 0x{Mask:x})";

    private static T CopySign(T bits, int count)
    {
        bool negative = (bits >>> (Width - 1)) != T.Zero;
        return negative ? (bits >>> count) | ~(T.MaxValue >>> count) : bits >>> count;
    }
}
