namespace NearData.Storage.Faults;

/// <summary>What goes wrong with a read.</summary>
public enum FaultKind
{
    None,

    /// <summary>It fails with an error that may not come again.</summary>
    TransientError,

    /// <summary>It fails with an error that will.</summary>
    PermanentError,

    /// <summary>Only its first bytes come, and it fails with an error that may not come again.</summary>
    Short,

    /// <summary>Its completion comes some polls later, and so behind those of reads that were submitted after it.</summary>
    Delay,

    /// <summary>A byte is another than the medium's, and nothing tells.</summary>
    Corruption,
}

/// <summary>A fault of one read.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Amount">Short: the bytes that come. Delay: the polls. Corruption: which byte, beyond the last one counted around.</param>
public readonly record struct Fault(FaultKind Kind, int Amount = 0);
