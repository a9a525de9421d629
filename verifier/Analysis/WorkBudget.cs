namespace NearData.Verifier.Analysis;

/// <summary>Bounds the time and memory of one analysis, whatever the program.</summary>
internal sealed class WorkBudget
{
    /// <summary>
    /// Instructions that are looked at again: loops are followed turn by turn, and functions call by call. The kernel looks at as many
    /// in all (<c>BPF_COMPLEXITY_LIMIT_INSNS</c>).
    /// </summary>
    public const long MostVisits = 1_000_000;

    /// <summary>States, of about a kilobyte each, that wait at the ends of paths that haven't met yet.</summary>
    public const int MostWaiting = 65_536;

    /// <summary>The part of them within which calls of global functions are followed, before these are proven on their own: some tens of milliseconds.</summary>
    public const long FirstVisits = MostVisits / 32;

    private readonly long _mostVisits;
    private readonly long _halfOfVisits;
    private long _visits;

    private WorkBudget(long mostVisits, long halfOfVisits)
    {
        _mostVisits = mostVisits;
        _halfOfVisits = halfOfVisits;
    }

    /// <summary>Whether all that is allowed was done.</summary>
    public bool IsSpent => _visits > _mostVisits;

    /// <summary>For the proof of a program.</summary>
    /// <param name="slots">The program's length; looking at each slot once is always allowed.</param>
    public static WorkBudget ForProof(int slots) => new(MostVisits + slots, (MostVisits + slots) / 2);

    /// <summary>The first part of a proof, which goes as the proof does as far as it comes.</summary>
    /// <param name="slots">The program's length.</param>
    public static WorkBudget ForBeginning(int slots) => new(FirstVisits + slots, (MostVisits + slots) / 2);

    /// <summary>For an analysis that only saves work.</summary>
    /// <param name="visits">Instructions that are looked at.</param>
    public static WorkBudget ForSaving(long visits) => new(visits, visits / 2);

    /// <summary>States that wait now.</summary>
    public int Waiting { get; set; }

    /// <summary>Whether so much is done that loops are no more followed turn by turn where another proof of their end is found.</summary>
    public bool IsHalfSpent => _visits > _halfOfVisits;

    /// <summary>Counts a look at an instruction; whether it is still allowed.</summary>
    public bool Visit() => ++_visits <= _mostVisits;
}
