namespace NearData.Verifier.Values;

/// <summary>Gives new values their numbers, so that no two places of one analysis name different values alike. Not thread-safe.</summary>
public sealed class TermSource
{
    private int _last;

    /// <summary>A number that was never given before.</summary>
    public int Next() => ++_last;

    /// <summary>The term of a value about which nothing is known, but on which a result may have had an influence.</summary>
    public Term Fresh(int? influencedBy) => influencedBy is { } field ? new Term.Influenced(field, Next()) : new Term.Made(Next());
}
