using System.Globalization;

namespace NearData.Vm.Tests.Kernel.Verdicts;

/// <summary>Counts pairs of verdicts: the kernel's and ours.</summary>
internal sealed class VerdictTable
{
    private readonly Dictionary<(string Kernel, string Ours), (int Count, string First)> _pairs = [];
    private int _both;
    private int _kernelOnly;

    /// <summary>What we take and the kernel refuses for no reason that is explained.</summary>
    public List<string> Unexplained { get; } = [];

    /// <summary>Of a hundred programs that the kernel takes, how many we take.</summary>
    public double AcceptedPercentage => 100.0 * _both / Math.Max(1, _both + _kernelOnly);

    /// <param name="judgement">Both verdicts.</param>
    /// <param name="name">Which program.</param>
    public void Add(Judgement judgement, string name)
    {
        (KernelVerdict kernel, string? ours) = (judgement.Kernel, judgement.Rejection?.Code.Text);
        _both += kernel.Reason is null && ours is null ? 1 : 0;
        _kernelOnly += kernel.Reason is null && ours is not null ? 1 : 0;
        if (kernel.Reason is not null && ours is null && kernel.Class is null)
        {
            Unexplained.Add($"{name}: taken here, refused by the kernel ({kernel.Reason})");
        }

        (string, string) pair = (
            kernel.Reason is null ? "taken" : ours is null && kernel.Class is not null ? $"refused: {kernel.Class}" : $"refused: {kernel.Reason}",
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
        .Append(string.Create(CultureInfo.InvariantCulture, $"Of {_both + _kernelOnly} programs that the kernel takes, {AcceptedPercentage:F1}% are taken here."));

    private static bool IsTaken(string verdict) => verdict == "taken";
}
