namespace NearData.Isa.Objects.Btf.Core;

/// <summary>
/// Comparisons of types that an object's relocations may take together. Types may share their parts, so that a few of them could
/// be compared in more ways than time allows; the kernel's own need a few thousand.
/// </summary>
internal sealed class CoreBudget
{
    private const int MaxComparisons = 10_000_000;

    private int _left = MaxComparisons;

    public void Take()
    {
        if (--_left < 0)
        {
            throw new ObjectFormatException(
                BtfExtension.SectionName, 0, $"The relocations take more than {MaxComparisons} comparisons of types.");
        }
    }
}
