namespace NearData.Client.Linq;

/// <summary>Names in the objects that queries become; parameters get others.</summary>
internal static class ResultNames
{
    public const string Rows = "rows";
    public const string Sum = "sum";
    public const string Minimum = "minimum";
    public const string Maximum = "maximum";
    public const string Filter = "keep";
    public const string Reduce = "add";
    public const string Emit = "send";
    public const string Row = "row";
    public const string Groups = "groups";

    /// <summary>Records whose text the key has no room for.</summary>
    public const string LongTexts = "long_texts";

    private const string Numbered = "nd_";

    public static IEnumerable<string> All => [Rows, Sum, Minimum, Maximum, Filter, Reduce, Emit, Row, Groups, LongTexts];

    /// <summary>The groups of a stage that later ones look up; unique in an execution.</summary>
    public static string LookedUp(int number) => $"{Numbered}stage_{number}";

    /// <summary>Records for which a stage's join found a key of several rows.</summary>
    /// <param name="join">In the stage's order, from 0.</param>
    public static string Doubt(int join) => $"{Numbered}duplicates_{join + 1}";

    /// <summary>Whether a name could be one of those with numbers.</summary>
    public static bool IsNumbered(string name) => name.StartsWith(Numbered, StringComparison.Ordinal);
}
