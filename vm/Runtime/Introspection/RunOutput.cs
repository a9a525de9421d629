using NearData.Isa.Programs;
using NearData.Vm.Maps;

namespace NearData.Vm.Introspection;

/// <summary>A record that a program sent: through a ring buffer, or as a perf event.</summary>
/// <param name="Map">The map that it came through.</param>
/// <param name="Bytes">The record.</param>
public sealed record OutputRecord(string Map, byte[] Bytes);

/// <summary>
/// Listens to what programs on this thread send to their host, until it is disposed: texts that they trace, records that they put into ring
/// buffers and perf event arrays.
/// </summary>
public sealed class RunOutput : IDisposable
{
    private readonly MapSet _maps;
    private readonly Action<string>? _before;

    /// <param name="maps">The programs' maps.</param>
    /// <param name="text">Gets each text that a program traces, when it does.</param>
    public RunOutput(MapSet maps, Action<string> text)
    {
        _maps = maps;
        _before = RunContext.Current.Trace;
        RunContext.Current.Trace = text;
        foreach (PerfEventArrayMap events in All<PerfEventArrayMap>().Where(events => events.Definition.MaxEntries > 0))
        {
            events.Open(0);
        }
    }

    /// <summary>The records sent since the last call, map by map; of perf events those of the first processor.</summary>
    public IReadOnlyList<OutputRecord> Take()
    {
        List<OutputRecord> records = [];
        foreach (RingBufferMap ring in All<RingBufferMap>())
        {
            ring.Read(record => records.Add(new OutputRecord(ring.Definition.Name, record.ToArray())));
        }

        foreach (PerfEventArrayMap events in All<PerfEventArrayMap>())
        {
            events.Read(0, record => records.Add(new OutputRecord(events.Definition.Name, record.ToArray())));
        }

        return records;
    }

    public void Dispose() => RunContext.Current.Trace = _before;

    private IEnumerable<T> All<T>()
        where T : BpfMap => Enumerable.Range(0, _maps.Maps.Length).Select(index => _maps[index]).OfType<T>();
}
