namespace NearData.Engine.Programs;

/// <summary>A program was unloaded while somebody was about to use it. Loading it again helps.</summary>
public sealed class ProgramUnloadedException(string program) : Exception($"Program '{program}' was unloaded meanwhile; load it again.")
{
    /// <summary>The SHA-256 of its object.</summary>
    public string Program { get; } = program;
}
