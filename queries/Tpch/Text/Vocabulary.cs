namespace NearData.Queries.Tpch.Text;

/// <summary>
/// The words of the comments' grammar (TPC-H 4.2.2.14). The specification gives the words; the weights follow the
/// benchmark's reference data, so that LIKE on comments (Q13, Q16) keeps about the share of rows that its users know.
/// </summary>
internal static class Vocabulary
{
    public static readonly WeightedWords Nouns = new(
        (40, ["packages", "requests", "accounts", "deposits"]),
        (20, ["foxes", "ideas", "theodolites", "pinto beans", "instructions"]),
        (10, ["dependencies", "excuses", "platelets", "asymptotes"]),
        (5, ["courts", "dolphins"]),
        (1, ["multipliers", "sauternes", "warthogs", "frets", "dinos", "attainments", "somas", "Tiresias'", "patterns", "forges",
            "braids", "hockey players", "frays", "warhorses", "dugouts", "notornis", "epitaphs", "pearls", "tithes", "waters",
            "orbits", "gifts", "sheaves", "depths", "sentiments", "decoys", "realms", "pains", "grouches", "escapades"]));

    public static readonly WeightedWords Verbs = new(
        (20, ["sleep", "wake", "are", "cajole", "haggle"]),
        (10, ["nag", "use", "boost"]),
        (5, ["affix", "detect", "integrate"]),
        (1, ["maintain", "nod", "was", "lose", "sublate", "solve", "thrash", "promise", "engage", "hinder", "print", "x-ray",
            "breach", "eat", "grow", "impress", "mold", "poach", "serve", "run", "dazzle", "snooze", "doze", "unwind", "kindle",
            "play", "hang", "believe", "doubt"]));

    public static readonly WeightedWords Adjectives = new(
        (50, ["regular"]),
        (40, ["final", "ironic"]),
        (30, ["even"]),
        (20, ["special", "pending", "unusual", "express", "bold"]),
        (10, ["silent"]),
        (1, ["furious", "sly", "careful", "blithe", "quick", "fluffy", "slow", "quiet", "ruthless", "thin", "close", "dogged",
            "daring", "brave", "stealthy", "permanent", "enticing", "idle", "busy"]));

    public static readonly WeightedWords Adverbs = new(
        (50, ["furiously", "slyly", "carefully"]),
        (40, ["blithely"]),
        (30, ["quickly"]),
        (20, ["fluffily"]),
        (1, ["sometimes", "always", "never", "slowly", "quietly", "ruthlessly", "thinly", "closely", "doggedly", "daringly",
            "bravely", "stealthily", "permanently", "enticingly", "idly", "busily", "regularly", "finally", "ironically",
            "evenly", "boldly", "silently"]));

    public static readonly WeightedWords Prepositions = new(
        (50, ["about", "above", "according to", "across", "after"]),
        (40, ["against", "along"]),
        (30, ["alongside of", "among"]),
        (20, ["around"]),
        (10, ["at"]),
        (1, ["atop", "before", "behind", "beneath", "beside", "besides", "between", "beyond", "by", "despite", "during", "except",
            "for", "from", "in place of", "inside", "instead of", "into", "near", "of", "on", "outside", "over", "past", "since",
            "through", "throughout", "to", "toward", "under", "until", "up", "upon", "without", "with", "within"]));

    public static readonly WeightedWords Auxiliaries = new(
        (1, ["do", "may", "might", "shall", "will", "would", "can", "could", "should", "ought to", "must", "will have to",
            "shall have to", "could have to", "should have to", "must have to", "need to", "try to"]));

    public static readonly WeightedWords Terminators = new(
        (50, ["."]),
        (1, [";", ":", "?", "!", "--"]));
}
