using System.Text;

namespace NearData.Queries.Tpch.Text;

/// <summary>The lists that strings are chosen from, evenly (TPC-H 4.2.2.13 and 4.2.3), in ASCII.</summary>
internal static class NameLists
{
    public static readonly byte[][] Segments = Ascii("AUTOMOBILE", "BUILDING", "FURNITURE", "MACHINERY", "HOUSEHOLD");

    public static readonly byte[][] Priorities = Ascii("1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW");

    public static readonly byte[][] Instructions = Ascii("DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN");

    public static readonly byte[][] Modes = Ascii("REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB");

    public static readonly byte[][] Manufacturers = Ascii(Numbered("Manufacturer#"));

    /// <summary>By manufacturer: a brand's first digit is its manufacturer's.</summary>
    public static readonly byte[][][] Brands = [.. Numbered("Brand#").Select(prefix => Ascii(Numbered(prefix)))];

    public static readonly byte[][] Types = Combined(
        ["STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"],
        ["ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED"],
        ["TIN", "NICKEL", "BRASS", "STEEL", "COPPER"]);

    public static readonly byte[][] Containers = Combined(
        ["SM", "LG", "MED", "JUMBO", "WRAP"],
        ["CASE", "BOX", "BAG", "JAR", "PKG", "PACK", "CAN", "DRUM"]);

    /// <summary>The words that part names are made of.</summary>
    public static readonly byte[][] Colours = Ascii(
        "almond", "antique", "aquamarine", "azure", "beige", "bisque", "black", "blanched", "blue", "blush", "brown", "burlywood",
        "burnished", "chartreuse", "chiffon", "chocolate", "coral", "cornflower", "cornsilk", "cream", "cyan", "dark", "deep",
        "dim", "dodger", "drab", "firebrick", "floral", "forest", "frosted", "gainsboro", "ghost", "goldenrod", "green", "grey",
        "honeydew", "hot", "indian", "ivory", "khaki", "lace", "lavender", "lawn", "lemon", "light", "lime", "linen", "magenta",
        "maroon", "medium", "metallic", "midnight", "mint", "misty", "moccasin", "navajo", "navy", "olive", "orange", "orchid",
        "pale", "papaya", "peach", "peru", "pink", "plum", "powder", "puff", "purple", "red", "rose", "rosy", "royal", "saddle",
        "salmon", "sandy", "seashell", "sienna", "sky", "slate", "smoke", "snow", "spring", "steel", "tan", "thistle", "tomato",
        "turquoise", "violet", "wheat", "white", "yellow");

    /// <summary>Region names by key.</summary>
    public static readonly byte[][] Regions = Ascii("AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST");

    /// <summary>Nation names by key, each with its region's key.</summary>
    public static readonly (byte[] Name, int Region)[] Nations =
    [
        Nation("ALGERIA", 0), Nation("ARGENTINA", 1), Nation("BRAZIL", 1), Nation("CANADA", 1), Nation("EGYPT", 4),
        Nation("ETHIOPIA", 0), Nation("FRANCE", 3), Nation("GERMANY", 3), Nation("INDIA", 2), Nation("INDONESIA", 2),
        Nation("IRAN", 4), Nation("IRAQ", 4), Nation("JAPAN", 2), Nation("JORDAN", 4), Nation("KENYA", 0),
        Nation("MOROCCO", 0), Nation("MOZAMBIQUE", 0), Nation("PERU", 1), Nation("CHINA", 2), Nation("ROMANIA", 3),
        Nation("SAUDI ARABIA", 4), Nation("VIETNAM", 2), Nation("RUSSIA", 3), Nation("UNITED KINGDOM", 3),
        Nation("UNITED STATES", 1),
    ];

    private static (byte[] Name, int Region) Nation(string name, int region) => (Encoding.ASCII.GetBytes(name), region);

    private static byte[][] Ascii(params IEnumerable<string> words) => [.. words.Select(Encoding.ASCII.GetBytes)];

    private static IEnumerable<string> Numbered(string prefix) => Enumerable.Range(1, 5).Select(number => $"{prefix}{number}");

    private static byte[][] Combined(params IEnumerable<string[]> syllables) =>
        Ascii(syllables.Aggregate((heads, tails) => [.. heads.SelectMany(head => tails.Select(tail => $"{head} {tail}"))]));
}
