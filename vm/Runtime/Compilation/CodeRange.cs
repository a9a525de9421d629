namespace NearData.Vm.Compilation;

/// <summary>The slots of one function: from its first to before the next function's.</summary>
internal readonly record struct CodeRange(int Start, int End)
{
    public int Length => End - Start;

    public bool Contains(int slot) => slot >= Start && slot < End;
}
