using System.Globalization;

namespace NearData.TestSupport;

/// <summary>
/// What a run of the tests is asked for by the environment: <c>NEARDATA_LONG=1</c> for far more of everything, <c>NEARDATA_COUNT</c> for
/// so many, <c>NEARDATA_SEED</c> for those from a seed on.
/// </summary>
public static class LongRun
{
    public static bool IsAsked => Environment.GetEnvironmentVariable("NEARDATA_LONG") == "1";

    /// <summary>The seed of the first.</summary>
    public static int First => (int)Setting("NEARDATA_SEED", 0);

    /// <summary>How many to test.</summary>
    /// <param name="usual">In every run of the tests.</param>
    /// <param name="thorough">In a long one.</param>
    public static int Count(int usual, int thorough) => (int)Setting("NEARDATA_COUNT", IsAsked ? thorough : usual);

    /// <summary>A number of the environment.</summary>
    public static long Setting(string name, long otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
