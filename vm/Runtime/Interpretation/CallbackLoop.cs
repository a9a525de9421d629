namespace NearData.Vm.Interpretation;

/// <summary>A helper that calls a function of the program again and again: what it calls next, or what it returns.</summary>
internal abstract class CallbackLoop
{
    protected CallbackLoop(int function) => Function = function;

    /// <summary>The function's first slot.</summary>
    public int Function { get; }

    /// <summary>Calls made so far: what the helper returns.</summary>
    public ulong Calls { get; protected set; }

    /// <summary>Sets r1 onwards for one more call; false where there is none.</summary>
    /// <param name="registers">The caller's.</param>
    /// <param name="frame">The number of the frame that the call will have.</param>
    public abstract bool Next(Span<ulong> registers, int frame);
}
