using System.Globalization;

namespace NearData.Vm.Tests.Kernel.Verdicts;

/// <summary>Counts pairs of verdicts: the kernel's and ours.</summary>
internal sealed class VerdictTable
{
    private const string PrivilegedOnly = "taken of privileged loaders only";

    private readonly Dictionary<(string Kernel, string Ours), (int Count, string First)> _pairs = [];
    private readonly Share _ofPrivileged = new();
    private readonly Share _ofAnyone = new();

    /// <summary>What we take and the kernel refuses for no reason that is explained.</summary>
    public List<string> Unexplained { get; } = [];

    /// <summary>Of a hundred programs that the kernel takes of a plain loader, how many we take.</summary>
    public double AcceptedPercentage => _ofAnyone.Percentage;

    /// <param name="judgement">Both verdicts.</param>
    /// <param name="name">Which program.</param>
    public void Add(Judgement judgement, string name)
    {
        (KernelVerdict kernel, string? ours) = (judgement.Kernel, judgement.Rejection?.Code.Text);
        if (kernel.Reason is null)
        {
            _ofPrivileged.Add(ours is null);
        }

        if (judgement.IsTakenOfAnyone == true)
        {
            _ofAnyone.Add(ours is null);
        }

        if (kernel.Reason is not null && ours is null && kernel.Class is null)
        {
            Unexplained.Add($"{name}: taken here, refused by the kernel ({kernel.Reason})");
        }

        (string, string) pair = (
            kernel.Reason is null ? judgement.IsTakenOfAnyone == false ? PrivilegedOnly : "taken" : ours is null && kernel.Class is not null ? $"refused: {kernel.Class}" : $"refused: {kernel.Reason}",
            ours is null ? "taken" : $"refused: {ours}");
        string shown = kernel.Reason is null && ours is not null ? $"{name}: {judgement.Rejection!.Reason}" : name;
        (int count, string first) = _pairs.GetValueOrDefault(pair, (0, shown));
        _pairs[pair] = (count + 1, first);
    }

    /// <summary>The table: where the verdicts differ first, then the most frequent first.</summary>
    public IEnumerable<string> Lines() => _pairs
        .OrderBy(pair => IsTaken(pair.Key.Kernel) == IsTaken(pair.Key.Ours))
        .ThenBy(pair => IsTaken(pair.Key.Kernel))
        .ThenByDescending(pair => pair.Value.Count)
        .Select(pair => $"{pair.Value.Count,7}  kernel {pair.Key.Kernel}; here {pair.Key.Ours} ({pair.Value.First})")
        .Append($"Of the programs that the kernel takes of a privileged loader, {_ofPrivileged} are taken here; of those that it takes of any, {_ofAnyone}.");

    private static bool IsTaken(string verdict) => verdict is "taken" or PrivilegedOnly;

    /// <summary>How many of some were taken.</summary>
    private sealed class Share
    {
        private int _taken;
        private int _all;

        public double Percentage => 100.0 * _taken / Math.Max(1, _all);

        public void Add(bool isTaken)
        {
            _all++;
            _taken += isTaken ? 1 : 0;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_taken} of {_all} ({Percentage:F1}%)");
    }
}
