using System.Numerics;

namespace NearData.Vm;

/// <summary>A sum over all records has more than 128 bits. The caller's to fix: by summing up less, or smaller numbers.</summary>
public sealed class ResultRangeException(string result, BigInteger value)
    : Exception($"Result {result} is {value}, which 128 bits can't hold.")
{
    /// <summary>The result's name.</summary>
    public string Result { get; } = result;
}
