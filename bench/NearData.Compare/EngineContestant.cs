using System.Diagnostics;
using System.Globalization;
using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>The engine in a process of its own (<see cref="EngineProcess"/>); its time is taken there, around the query alone.</summary>
internal sealed class EngineContestant : IDisposable
{
    private readonly Process _process;
    private readonly ProcessMemory _memory;

    public EngineContestant(Query query, string folder, int threads, CacheState cache)
    {
        string assembly = typeof(EngineProcess).Assembly.Location;
        _process = Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", assembly, EngineProcess.Name, query.Name, folder, threads.ToString(CultureInfo.InvariantCulture), cache.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("dotnet did not start.");
        _memory = new ProcessMemory(_process.Id);
        foreach (QueryStage stage in query.Stages)
        {
            _process.StandardInput.WriteLine(Convert.ToBase64String(Clang.Compile(stage.Source)));
        }
    }

    /// <summary>The most memory that it held.</summary>
    public double PeakMib => _memory.PeakMib;

    /// <summary>What the buffer cache keeps, after the last run.</summary>
    public double CacheMib { get; private set; }

    public Run Run()
    {
        _process.StandardInput.WriteLine();
        string[] head = Line().Split('\t');
        CacheMib = ProcessMemory.Mib(long.Parse(head[1], CultureInfo.InvariantCulture));
        string[][] rows = [.. Enumerable.Range(0, int.Parse(head[2], CultureInfo.InvariantCulture)).Select(_ => Line().Split('\t'))];
        return new Run(rows, double.Parse(head[0], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Line() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The engine's process ended.");
}
