using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using NearData.Vm.Guards;

namespace NearData.Server;

/// <summary>Tells whoever runs the node that a guard tripped: by its log, and by a counter that a monitor can watch. Thread-safe.</summary>
internal sealed class GuardAlarm : IDisposable
{
    private readonly ILogger _logger;
    private readonly Meter _meter = new("NearData.Guards");
    private readonly Counter<long> _tripped;

    public GuardAlarm(ILogger logger)
    {
        _logger = logger;
        _tripped = _meter.CreateCounter<long>("neardata.guards.tripped", "{execution}", "Executions that a guard ended");
    }

    /// <summary>Waits for an execution, and raises the alarm where that is how it ends.</summary>
    public async Task<T> WatchAsync<T>(Task<T> execution, string program, string tenant)
    {
        try
        {
            return await execution;
        }
        catch (GuardTrippedException tripped)
        {
            _tripped.Add(1);
            NodeLog.GuardTripped(_logger, program, tenant, tripped);
            throw;
        }
    }

    public void Dispose() => _meter.Dispose();
}
