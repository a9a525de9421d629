using System.Globalization;
using System.Text;

namespace NearData.Formats.Tests;

/// <summary>Lines of JSON at random: of any shape, with blanks and escapes anywhere they may be; and such lines with something changed in them.</summary>
internal sealed class JsonLines(Random random)
{
    private static readonly string[] Names = ["id", "o", "x", "y", "l_shipdate", "l_shipinstruct", "l_shipmode", "l_ship", "a long name that no register holds", "é", "", "with.dot"];

    private static readonly string[] Texts =
        ["", "a", "{", "]", ",", ":", "'", "\\\"", "\\\\", "\\n", "\\/", "\\u00e9", "\\ud83d\\ude00", "\\ud800", "日本", "\u007f", "null", "12", "text that crosses a block of sixty-four bytes, quotes \\\" and all, \\\\"];

    private static readonly string[] Numbers =
        ["0", "-0", "7", "-12", "1234567890123456", "12345678901234567", "0.5", "12.25", "-3.75", "1e5", "1E+5", "2.5e-3", "99999999999999999999", "0.1234567890123456789", "10.0"];

    private static readonly string[] Scraps =
        ["\"", "\\", ",", ":", "{", "}", "[", "]", "\t", "\u0001", "\0", "\u001f", " ", "0", "-", ".", "e", "+", "x", "tru", "nul", "null", "true", "\u00ff", "\\u12", "\\x", "\r", "1.", ".5", "01", "\"a\":1", "{}", "[]", "//", "NaN"];

    /// <summary>A line that is one object.</summary>
    public string Right() => Blank() + Object(0) + Blank();

    /// <summary>A line with something put in, left out or exchanged.</summary>
    public string Wrong()
    {
        StringBuilder line = new(Right());
        for (int changes = random.Next(1, 4); changes > 0 && line.Length > 0; changes--)
        {
            int at = random.Next(line.Length);
            switch (random.Next(4))
            {
                case 0:
                    line.Insert(at, Scraps[random.Next(Scraps.Length)]);
                    break;
                case 1:
                    line.Remove(at, Math.Min(random.Next(1, 5), line.Length - at));
                    break;
                case 2:
                    line.Length = at;
                    break;
                default:
                    line[at] = "\"\\,:{}[]0 1e.x\u0001\u0080"[random.Next(16)];
                    break;
            }
        }

        return line.Replace('\n', ' ').ToString();
    }

    private string Object(int depth)
    {
        IEnumerable<string> members = Enumerable.Range(0, random.Next(depth == 0 ? 9 : 4))
            .Select(_ => $"{Blank()}\"{Names[random.Next(Names.Length)]}\"{Blank()}:{Blank()}{Value(depth)}{Blank()}");
        return $"{{{string.Join(',', members)}{Blank()}}}";
    }

    private string Value(int depth) => random.Next(depth < 5 ? 8 : 5) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 => random.Next(3) == 0 ? random.NextInt64().ToString(CultureInfo.InvariantCulture) : Numbers[random.Next(Numbers.Length)],
        3 or 4 => $"\"{string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Texts[random.Next(Texts.Length)]))}\"",
        5 => $"[{Blank()}{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Blank() + Value(depth + 1) + Blank()))}]",
        _ => Object(depth + 1),
    };

    private string Blank() => random.Next(6) == 0 ? " \t\r "[random.Next(4)..] : "";
}
