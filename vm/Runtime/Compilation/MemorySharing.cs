namespace NearData.Vm.Compilation;

/// <summary>Who else may change what a program's atomic operations change.</summary>
internal enum MemorySharing
{
    /// <summary>Nobody: a row program's maps are its worker's.</summary>
    None,

    /// <summary>Programs on other threads.</summary>
    Threads,
}
