using System.Diagnostics;
using NearData.Queries.Tpch.Randomness;
using NearData.Queries.Tpch.Text;

namespace NearData.Queries.Tpch.Columns;

/// <summary>The kinds of string that TPC-H 4.2.2 defines, appended to a column.</summary>
internal static class ComposedText
{
    private const int MostDigits = 20;

    // With the space after it; P_NAME has room for 55 characters.
    private const int LongestColour = 11;

    // 64 symbols, the fewest that 4.2.2.7 allows: six bits of a draw choose one.
    private static ReadOnlySpan<byte> Symbols => "0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ,"u8;

    /// <summary>A substring of the pseudo text, of random length within <c>[min..max]</c> (4.2.2.10).</summary>
    public static void AddText(this TextBuffer column, RandomStream stream, long row, int min, int max) =>
        column.Add(TextPool.Shared.Pick(stream, row, min, max));

    /// <summary>Random symbols, of random length within <c>[min..max]</c> ("random v-string", 4.2.2.7).</summary>
    public static void AddSymbols(this TextBuffer column, RandomStream stream, long row, int min, int max)
    {
        const int SymbolsPerDraw = 10;
        RandomStream draws = stream.Within(row);
        Span<byte> value = stackalloc byte[draws.Between(0, min, max)];
        ulong draw = 0;
        for (int i = 0; i < value.Length; i++)
        {
            draw = i % SymbolsPerDraw == 0 ? draws.At(1 + (i / SymbolsPerDraw)) : draw >> 6;
            value[i] = Symbols[(int)(draw & 63)];
        }

        column.Add(value);
    }

    /// <summary>A name and a number in at least nine digits, such as <c>Customer#000000042</c> (4.2.2.8 and 4.2.3).</summary>
    public static void AddNumbered(this TextBuffer column, ReadOnlySpan<byte> name, long number)
    {
        Span<byte> value = stackalloc byte[name.Length + MostDigits];
        name.CopyTo(value);
        bool fits = number.TryFormat(value[name.Length..], out int digits, "D9");
        Debug.Assert(fits, "A 64-bit number has at most 20 characters.");
        column.Add(value[..(name.Length + digits)]);
    }

    /// <summary>A phone number, <c>CC-ddd-ddd-dddd</c>, its country code ten more than the nation's key (4.2.2.9).</summary>
    public static void AddPhone(this TextBuffer column, RandomStream stream, long row, int nation)
    {
        RandomStream draws = stream.Within(row);
        Span<byte> value = stackalloc byte[15];
        "  -   -   -    "u8.CopyTo(value);
        WriteDigits(value[..2], nation + 10);
        WriteDigits(value[3..6], draws.Between(0, 100, 999));
        WriteDigits(value[7..10], draws.Between(1, 100, 999));
        WriteDigits(value[11..], draws.Between(2, 1000, 9999));
        column.Add(value);
    }

    /// <summary>Five different colours, a space between them (4.2.3, P_NAME).</summary>
    public static void AddColours(this TextBuffer column, RandomStream stream, long row)
    {
        RandomStream draws = stream.Within(row);
        Span<int> chosen = stackalloc int[5];
        Span<byte> value = stackalloc byte[chosen.Length * LongestColour];
        int length = 0;
        int count = 0;
        for (int position = 0; count < chosen.Length; position++)
        {
            int colour = draws.Between(position, 0, NameLists.Colours.Length - 1);
            if (chosen[..count].Contains(colour))
            {
                continue;
            }

            chosen[count++] = colour;
            NameLists.Colours[colour].CopyTo(value[length..]);
            length += NameLists.Colours[colour].Length;
            value[length++] = (byte)' ';
        }

        column.Add(value[..(length - 1)]);
    }

    private static void WriteDigits(Span<byte> place, int number)
    {
        for (int i = place.Length - 1; i >= 0; i--)
        {
            place[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
