namespace NearData.Isa;

/// <summary>Tail calls: one program going on in another.</summary>
public static class TailCalls
{
    /// <summary>Tail calls that may follow one another in one run (the kernel's <c>MAX_TAIL_CALL_CNT</c>); one more does nothing.</summary>
    public const int Most = 33;
}
