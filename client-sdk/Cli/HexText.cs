namespace NearData.Cli;

/// <summary>Bytes as users write them.</summary>
internal static class HexText
{
    /// <summary>Bytes from hexadecimal digits; white space between them has no meaning.</summary>
    /// <param name="option">The option that they were given with, for the complaint.</param>
    /// <param name="text">What was given.</param>
    /// <exception cref="CliException">They are no whole bytes.</exception>
    public static byte[] Parse(string option, string text)
    {
        try
        {
            return Convert.FromHexString(string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))));
        }
        catch (FormatException)
        {
            throw new CliException($"{option} takes bytes in hexadecimal, two digits each, not '{text}'.");
        }
    }
}
