namespace NearData.Vm;

/// <summary>How wide the vectors are that records are run over with.</summary>
public enum VectorTier
{
    /// <summary>None: a record at a time.</summary>
    Scalar,

    /// <summary>128 bits: NEON, SSE.</summary>
    Vector128,

    /// <summary>256 bits: AVX2.</summary>
    Vector256,

    /// <summary>512 bits: AVX-512.</summary>
    Vector512,
}
