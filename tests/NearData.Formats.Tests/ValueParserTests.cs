using System.Globalization;
using System.Numerics;
using System.Text;
using NearData.Formats.Values;

namespace NearData.Formats.Tests;

/// <summary>Each parser against the base library's arithmetic, and what it refuses.</summary>
public sealed class ValueParserTests
{
    [Fact]
    public void Doubles_are_rounded_correctly()
    {
        Random random = new(1);
        for (int round = 0; round < 200_000; round++)
        {
            string text = (round % 4) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64() & 0x7FEFFFFFFFFFFFFF).ToString("R", CultureInfo.InvariantCulture),
                1 => (random.NextInt64() / 1000m).ToString(CultureInfo.InvariantCulture),
                2 => $"{random.Next()}.{random.Next(100_000)}",
                _ => $"-0.{random.NextInt64()}{random.NextInt64()}",
            };
            Assert.True(default(DoubleParser).TryParse(Encoding.UTF8.GetBytes(text), out double value), text);
            Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(value));
        }
    }

    [Theory]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("NaN", double.NaN)]
    [InlineData("1e308", 1e308)]
    [InlineData(".5", .5)]
    [InlineData("5.", 5.0)]
    [InlineData("1e999", null)]
    [InlineData("", null)]
    [InlineData(".", null)]
    [InlineData("1,5", null)]
    [InlineData("0x10", null)]
    [InlineData("1 ", null)]
    [InlineData("--1", null)]
    public void A_double_is_a_number_and_nothing_else(string text, double? expected)
    {
        bool isDouble = default(DoubleParser).TryParse(Encoding.UTF8.GetBytes(text), out double value);
        Assert.Equal(expected, isDouble ? value : null);
    }

    [Fact]
    public void Decimals_are_their_unscaled_integers_or_refused()
    {
        Random random = new(2);
        for (int round = 0; round < 200_000; round++)
        {
            int precision = random.Next(1, TextType.MostDigits + 1);
            int scale = random.Next(precision + 1);
            string whole = Digits(random, random.Next(0, 40));
            string part = Digits(random, random.Next(0, 12)) + new string('0', random.Next(3));
            string text = (random.Next(2) == 0 ? "-" : "") + whole + (part.Length > 0 || random.Next(4) == 0 ? "." + part : "");
            BigInteger? expected = Expected(text, whole, part, precision, scale);

            bool isDecimal = new DecimalParser<Int128>(precision, scale).TryParse(Encoding.UTF8.GetBytes(text), out Int128 wide);
            Assert.Equal(expected, isDecimal ? (BigInteger)wide : null);
            if (precision <= DecimalParser<long>.LongDigits)
            {
                bool isLong = new DecimalParser<long>(precision, scale).TryParse(Encoding.UTF8.GetBytes(text), out long narrow);
                Assert.Equal(expected, isLong ? narrow : null);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1e3")]
    [InlineData("+-1")]
    public void What_is_no_decimal_is_refused(string text) =>
        Assert.False(new DecimalParser<long>(9, 2).TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Integers_are_read_up_to_their_bounds_and_refused_behind_them()
    {
        foreach ((TextKind kind, BigInteger least, BigInteger most) in new (TextKind, BigInteger, BigInteger)[]
        {
            (TextKind.Int8, sbyte.MinValue, sbyte.MaxValue), (TextKind.Int16, short.MinValue, short.MaxValue),
            (TextKind.Int32, int.MinValue, int.MaxValue), (TextKind.Int64, long.MinValue, long.MaxValue),
            (TextKind.UInt8, 0, byte.MaxValue), (TextKind.UInt16, 0, ushort.MaxValue), (TextKind.UInt32, 0, uint.MaxValue),
        })
        {
            foreach (BigInteger value in new[] { least, most, 0, least + 1, most - 1 })
            {
                Assert.True(IntegerParser.Of(kind).TryParse(Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)), out long read));
                Assert.Equal(value, read);
            }

            foreach (BigInteger value in new[] { least - 1, most + 1, most * 10, least - most })
            {
                Assert.False(IntegerParser.Of(kind).TryParse(Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)), out _), $"{value} as {kind}");
            }
        }

        Assert.True(default(UnsignedParser).TryParse("18446744073709551615"u8, out ulong greatest));
        Assert.Equal(ulong.MaxValue, greatest);
        Assert.False(default(UnsignedParser).TryParse("18446744073709551616"u8, out _));
        Assert.False(default(UnsignedParser).TryParse("-1"u8, out _));
        Assert.True(default(UnsignedParser).TryParse("000000000000000000000000000000042"u8, out ulong padded));
        Assert.Equal(42ul, padded);
    }

    [Fact]
    public void Every_day_of_the_calendar_is_its_number()
    {
        Span<byte> text = stackalloc byte[10];
        for (DateOnly day = DateOnly.MinValue; day < DateOnly.MaxValue; day = day.AddDays(1))
        {
            Assert.True(day.TryFormat(text, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture));
            Assert.True(default(DateParser).TryParse(text, out int days));
            Assert.Equal(day.DayNumber - new DateOnly(1970, 1, 1).DayNumber, days);
        }
    }

    [Theory]
    [InlineData("2023-02-29")]
    [InlineData("2023-13-01")]
    [InlineData("2023-00-01")]
    [InlineData("2023-01-00")]
    [InlineData("0000-01-01")]
    [InlineData("23-01-01")]
    [InlineData("2023/01/01")]
    [InlineData("2023-01-01x")]
    [InlineData("")]
    public void What_is_no_date_is_refused(string text) => Assert.False(default(DateParser).TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("2020-02-29T23:59:59.999999Z", "2020-02-29T23:59:59.999999")]
    [InlineData("2020-02-29 00:00", "2020-02-29T00:00:00")]
    [InlineData("2020-02-29", "2020-02-29T00:00:00")]
    [InlineData("2020-02-29 12:00:00+02", "2020-02-29T10:00:00")]
    [InlineData("2020-02-29 12:00:00-0530", "2020-02-29T17:30:00")]
    [InlineData("2020-02-29t12:00:00.5+00:30", "2020-02-29T11:30:00.5")]
    [InlineData("1969-12-31 23:59:59.1234567", "1969-12-31T23:59:59.123456")]
    [InlineData("2020-02-29 24:00:00", null)]
    [InlineData("2020-02-29 12", null)]
    [InlineData("2020-02-29 12:60", null)]
    [InlineData("2020-02-29 12:00:60", null)]
    [InlineData("2020-02-29 12:00:00.", null)]
    [InlineData("2020-02-29 12:00:00 UTC", null)]
    [InlineData("2020-02-29 12:00:00+2", null)]
    [InlineData("2020-02-29 12:00:00+02:", null)]
    public void A_timestamp_is_its_microseconds_in_UTC(string text, string? expected)
    {
        bool isTimestamp = default(TimestampParser).TryParse(Encoding.UTF8.GetBytes(text), out long value);
        DateTime? moment = expected is null ? null : DateTime.Parse(expected, CultureInfo.InvariantCulture);
        Assert.Equal((moment - DateTime.UnixEpoch)?.Ticks / TimeSpan.TicksPerMicrosecond, isTimestamp ? value : null);
    }

    private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10) * random.Next(2))));

    private static BigInteger? Expected(string text, string whole, string part, int precision, int scale)
    {
        string kept = part.Length > scale ? part[..scale] : part.PadRight(scale, '0');
        if (whole.Length + part.Length == 0 || part[Math.Min(scale, part.Length)..].Any(digit => digit != '0'))
        {
            return null;
        }

        BigInteger value = BigInteger.Parse("0" + whole + kept, CultureInfo.InvariantCulture);
        return value >= BigInteger.Pow(10, precision) ? null : text[0] == '-' ? -value : value;
    }
}
