namespace NearData.Cli;

/// <summary>Names for names, as users write them: <c>map=struct</c>.</summary>
internal static class NameText
{
    /// <exception cref="CliException">A text is none, or a name comes twice.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string option, IEnumerable<string> texts)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int split = text.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0 || !names.TryAdd(text[..split], text[(split + 1)..]))
            {
                throw new CliException($"{option} takes name=name, each once, not '{text}'.");
            }
        }

        return names;
    }
}
