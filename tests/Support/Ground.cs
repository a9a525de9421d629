namespace NearData.TestSupport;

/// <summary>Where test data and tools are found on this machine.</summary>
public static class Ground
{
    /// <summary>The repository's root: the nearest folder above the test binary that holds the solution.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>
    /// The folder of shared test data: <c>NEARDATA_SHARED</c>, or <c>../shared</c> beside the repository.
    /// </summary>
    public static string Shared { get; } =
        Environment.GetEnvironmentVariable("NEARDATA_SHARED") is { Length: > 0 } given
            ? given
            : Path.GetFullPath(Path.Combine(Repository, "..", "shared"));

    /// <summary>The full path of a command on PATH, or null.</summary>
    public static string? Command(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NearData.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No NearData.sln above {AppContext.BaseDirectory}.");
    }
}
