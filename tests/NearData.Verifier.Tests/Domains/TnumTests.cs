using NearData.Verifier.Domains;

namespace NearData.Verifier.Tests.Domains;

/// <summary>Every operation on every pair of tnums of four unknown bits, against every pair of numbers in them.</summary>
public sealed class TnumTests
{
    private static readonly Tnum<byte>[] All =
    [
        .. from mask in Enumerable.Range(0, 16)
           from value in Enumerable.Range(0, 16)
           where (value & mask) == 0
           select new Tnum<byte>((byte)value, (byte)mask),
    ];

    internal static readonly (string Name, Func<Tnum<byte>, Tnum<byte>, Tnum<byte>> Abstract, Func<int, int, int> Concrete)[] Operations =
    [
        ("+", (a, b) => a + b, (a, b) => a + b),
        ("-", (a, b) => a - b, (a, b) => a - b),
        ("*", (a, b) => a * b, (a, b) => a * b),
        ("&", (a, b) => a & b, (a, b) => a & b),
        ("|", (a, b) => a | b, (a, b) => a | b),
        ("^", (a, b) => a ^ b, (a, b) => a ^ b),
    ];

    [Fact]
    public void Every_binary_operation_holds_every_concrete_answer()
    {
        Assert.Equal(81, All.Length);
        foreach (Tnum<byte> left in All)
        {
            foreach (Tnum<byte> right in All)
            {
                foreach ((string name, var compute, var concrete) in Operations)
                {
                    Tnum<byte> answer = compute(left, right);
                    Assert.True((answer.Value & answer.Mask) == 0, $"{left} {name} {right} = {answer}");
                    foreach (byte a in Members(left))
                    {
                        foreach (byte b in Members(right))
                        {
                            Assert.True(answer.Contains((byte)concrete(a, b)), $"{a} {name} {b} is not in {left} {name} {right} = {answer}");
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void Every_shift_of_every_byte_holds_every_concrete_answer()
    {
        for (int mask = 0; mask < 256; mask++)
        {
            for (int value = 0; value < 256; value++)
            {
                if ((value & mask) == 0)
                {
                    CheckShifts(new Tnum<byte>((byte)value, (byte)mask));
                }
            }
        }
    }

    [Fact]
    public void Joins_hold_both_and_meets_hold_what_is_common()
    {
        foreach (Tnum<byte> left in All)
        {
            foreach (Tnum<byte> right in All)
            {
                Tnum<byte> join = left.Join(right);
                Tnum<byte>? meet = left.Meet(right);
                for (int number = 0; number < 16; number++)
                {
                    byte member = (byte)number;
                    bool inLeft = left.Contains(member);
                    bool inRight = right.Contains(member);
                    Assert.True(join.Contains(member) || !(inLeft || inRight));
                    Assert.Equal(inLeft && inRight, meet?.Contains(member) ?? false);
                }
            }
        }
    }

    [Fact]
    public void The_tnum_between_two_numbers_holds_all_between()
    {
        for (int minimum = 0; minimum < 256; minimum++)
        {
            for (int maximum = minimum; maximum < 256; maximum++)
            {
                Tnum<byte> between = Tnum<byte>.Between((byte)minimum, (byte)maximum);
                Assert.True(Enumerable.Range(minimum, maximum - minimum + 1).All(number => between.Contains((byte)number)));
            }
        }
    }

    private static void CheckShifts(Tnum<byte> tnum)
    {
        for (int count = 0; count < 8; count++)
        {
            Tnum<byte> left = tnum.ShiftLeft(count);
            Tnum<byte> right = tnum.ShiftRight(count);
            Tnum<byte> arithmetic = tnum.ArithmeticShiftRight(count);
            foreach (byte member in Members(tnum))
            {
                Assert.True(left.Contains((byte)(member << count)), $"{member} << {count} is not in {left}");
                Assert.True(right.Contains((byte)(member >> count)), $"{member} >> {count} is not in {right}");
                Assert.True(arithmetic.Contains((byte)((sbyte)member >> count)), $"{member} s>> {count} is not in {arithmetic}");
            }
        }
    }

    private static IEnumerable<byte> Members(Tnum<byte> tnum)
    {
        // Counting through the unknown bits only: adding with the known ones set carries over them.
        int member = 0;
        do
        {
            yield return (byte)(tnum.Value | member);
            member = ((member | ~tnum.Mask) + 1) & tnum.Mask;
        }
        while (member != 0);
    }
}
