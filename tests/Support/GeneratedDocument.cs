namespace NearData.TestSupport;

/// <summary>
/// A document whose text a test makes. It is in the repository to be read there; with <c>NEARDATA_REGENERATE_DOCS=1</c> the test
/// writes it anew instead of comparing.
/// </summary>
public static class GeneratedDocument
{
    /// <summary>Fails where the document differs from what it should be, and says how to bring it up to date.</summary>
    /// <param name="path">From the repository's root.</param>
    /// <param name="text">The whole text, lines ended by <c>\n</c>.</param>
    public static void Check(string path, string text)
    {
        string file = Path.Combine(Ground.Repository, path);
        if (Environment.GetEnvironmentVariable("NEARDATA_REGENERATE_DOCS") == "1")
        {
            File.WriteAllText(file, text);
        }

        string found = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(found == text, $"{path} is out of date: run this test with NEARDATA_REGENERATE_DOCS=1 and commit the result.");
    }
}
