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
    public const string Row = "row";
    public const string Groups = "groups";

    /// <summary>Records whose text the key has no room for.</summary>
    public const string LongTexts = "long_texts";

    public static IEnumerable<string> All => [Rows, Sum, Minimum, Maximum, Filter, Reduce, Row, Groups, LongTexts];
}
