using System.Text;
using NearData.Vm.Functions;

namespace NearData.Vm.Tests;

public sealed class LikePatternTests
{
    private const int None = -1;

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "%", true)]
    [InlineData("", "_", false)]
    [InlineData("special requests", "%special%requests%", true)]
    [InlineData("special request", "%special%requests%", false)]
    [InlineData("PROMO BRUSHED", "PROMO%", true)]
    [InlineData("PROM", "PROMO%", false)]
    [InlineData("aXbXc", "%X_", true)]
    [InlineData("aab", "%ab", true)]
    [InlineData("größe", "gr__e", true)]
    [InlineData("größe", "gr___e", false)]
    [InlineData("日本語", "_本_", true)]
    [InlineData("日本語", "__", false)]
    [InlineData("😀!", "_!", true)]
    [InlineData("100%", "100%%", true)]
    public void A_text_matches_or_not(string text, string pattern, bool expected) =>
        Assert.Equal(expected, LikePattern.Matches(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(pattern), None));

    [Theory]
    [InlineData("100%", @"100\%", true)]
    [InlineData("1000", @"100\%", false)]
    [InlineData("a_b", @"a\_b", true)]
    [InlineData("axb", @"a\_b", false)]
    [InlineData(@"a\", @"a\\", true)]
    [InlineData(@"a\", @"a\", false)]
    [InlineData("xx%y", @"%\%_", true)]
    public void An_escape_makes_the_next_byte_mean_itself(string text, string pattern, bool expected) =>
        Assert.Equal(expected, LikePattern.Matches(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(pattern), '\\'));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_pattern_means_what_trying_all_ways_says(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] text = [.. Enumerable.Range(0, random.Next(9)).Select(_ => (byte)"abä"u8[random.Next(4)])];
            byte[] pattern = [.. Enumerable.Range(0, random.Next(7)).Select(_ => "ab%_\\ä"u8[random.Next(7)])];
            int escape = random.Next(3) switch { 0 => '\\', 1 => '%', _ => None };
            Assert.Equal(
                (Convert.ToHexString(text), Convert.ToHexString(pattern), escape, AllWays(text, pattern, escape)),
                (Convert.ToHexString(text), Convert.ToHexString(pattern), escape, LikePattern.Matches(text, pattern, escape)));
        }
    }

    private static bool AllWays(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int escape)
    {
        if (pattern.IsEmpty)
        {
            return text.IsEmpty;
        }

        if (pattern[0] == escape)
        {
            return pattern.Length > 1 && !text.IsEmpty && text[0] == pattern[1] && AllWays(text[1..], pattern[2..], escape);
        }

        return pattern[0] switch
        {
            (byte)'%' => AllWays(text, pattern[1..], escape) || (!text.IsEmpty && AllWays(text[Character(text)..], pattern, escape)),
            (byte)'_' => !text.IsEmpty && AllWays(text[Character(text)..], pattern[1..], escape),
            _ => !text.IsEmpty && text[0] == pattern[0] && AllWays(text[1..], pattern[1..], escape),
        };
    }

    private static int Character(ReadOnlySpan<byte> text) => text.Length > 1 && text[0] >= 0xc0 && (text[1] & 0xc0) == 0x80 ? 2 : 1;
}
