using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using NearData.Contracts;
using NearData.Vm.Guards;

namespace NearData.Server.Tests;

/// <summary>What whoever runs a node hears of a guard that tripped.</summary>
public sealed class GuardAlarmTests
{
    [Fact]
    public async Task A_guard_that_trips_is_logged_as_critical_and_counted_and_has_a_code_of_its_own()
    {
        List<string> log = [];
        long counted = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, source) =>
        {
            if (instrument.Name == "neardata.guards.tripped")
            {
                source.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, measurement, _, _) => counted += measurement);
        listener.Start();
        using GuardAlarm alarm = new(new ListLogger(log));
        GuardTrippedException tripped = new("add", 7, GuardKind.Memory, "an access at 0x10 lies outside of its memory");

        Assert.Same(tripped, await Assert.ThrowsAsync<GuardTrippedException>(() => alarm.WatchAsync(Task.FromException<int>(tripped), "abc", "10.0.0.1")));
        Assert.Equal(5, await alarm.WatchAsync(Task.FromResult(5), "abc", "10.0.0.1"));

        Assert.Equal(1, counted);
        string line = Assert.Single(log);
        Assert.StartsWith("Critical A guard tripped in program abc of tenant 10.0.0.1", line);
        Assert.Equal(ErrorCode.GuardTripped, Failures.Describe(tripped)?.Code);
    }

    private sealed class ListLogger(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add($"{logLevel} {formatter(state, exception)}");
    }
}
