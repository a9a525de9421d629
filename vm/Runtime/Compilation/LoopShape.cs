namespace NearData.Vm.Compilation;

/// <summary>Which records a compiled loop runs over, and what it does with r0.</summary>
internal enum LoopShape
{
    /// <summary>All; those with a non-zero r0 are selected.</summary>
    Filter,

    /// <summary>Those that were selected; of them, those with a non-zero r0 stay selected.</summary>
    FilterSelected,

    /// <summary>All.</summary>
    Dense,

    /// <summary>Those that were selected.</summary>
    Selected,
}
