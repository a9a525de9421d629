namespace NearData.Vm.Guards;

/// <summary>Which guard tripped.</summary>
public enum GuardKind
{
    /// <summary>An access, or memory that a helper is given, outside of what it was proven to stay in.</summary>
    Memory,

    /// <summary>A helper's map that is none of the program's.</summary>
    Map,

    /// <summary>A callback that is none of the program's functions.</summary>
    Callback,

    /// <summary>More turns of loops and calls of functions than the whole program was proven to take instructions.</summary>
    Turns,
}
