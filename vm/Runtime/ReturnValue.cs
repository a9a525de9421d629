namespace NearData.Vm;

/// <summary>What a program's r0 says.</summary>
public static class ReturnValue
{
    /// <summary>
    /// Whether a filter keeps its record. It returns a C <c>int</c>: the upper half of r0 is whatever the compiler left there.
    /// </summary>
    public static bool Keeps(ulong r0) => (uint)r0 != 0;
}
