using System.Collections.Concurrent;
using NearData.Isa.Programs;
using NearData.TestSupport.Kernel;
using NearData.Verifier;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.CompareMaps;

/// <summary>.NET's own dictionary for several threads.</summary>
internal sealed class DictionaryContestant(MapOperation operation) : Contestant("ConcurrentDictionary")
{
    private readonly ConcurrentDictionary<long, long> _table =
        new(Enumerable.Range(0, MapWork.Entries).Select(number => KeyValuePair.Create(MapWork.KeyAt(number), (long)number)));

    /// <summary>What lookups found; kept so that they can't be left out.</summary>
    public long Sum { get; private set; }

    public override long Run(int thread, long operations)
    {
        ulong state = (ulong)thread;
        long sum = 0;
        for (long done = 0; done < operations; done++)
        {
            state = MapWork.Next(state);
            if (operation == MapOperation.Update)
            {
                _table[MapWork.Key(state)] = (long)state;
            }
            else if (_table.TryGetValue(MapWork.Key(state), out long value))
            {
                sum += value;
            }
        }

        Sum = sum;
        return operations;
    }

    public override void Dispose() => _table.Clear();
}

/// <summary>A map here, by the host's operations: keys and values are copied.</summary>
internal sealed class HostContestant(MapOperation operation) : Contestant("NearData, host")
{
    private readonly MapSet _maps = Filled.Create(new MapSet([MapWork.Hash], cpus: 2));

    /// <summary>What lookups found; kept so that they can't be left out.</summary>
    public long Sum { get; private set; }

    public override long Run(int thread, long operations)
    {
        RunContext.Current.Processor = thread;
        BpfMap map = _maps[0];
        Span<byte> key = stackalloc byte[sizeof(long)];
        Span<byte> value = stackalloc byte[sizeof(long)];
        ulong state = (ulong)thread;
        long sum = 0;
        for (long done = 0; done < operations; done++)
        {
            state = MapWork.Next(state);
            BitConverter.TryWriteBytes(key, MapWork.Key(state));
            if (operation == MapOperation.Update)
            {
                BitConverter.TryWriteBytes(value, state);
                map.Update(key, value);
            }
            else if (map.Lookup(key, value) == MapError.None)
            {
                sum += BitConverter.ToInt64(value);
            }
        }

        Sum = sum;
        return operations;
    }

    public override void Dispose() => _maps.Dispose();
}

/// <summary>A map here, by compiled code.</summary>
internal sealed class CompiledContestant : Contestant
{
    private readonly CompiledMemoryProgram _compiled;
    private readonly MapSet _maps;

    private CompiledContestant(CompiledMemoryProgram compiled)
        : base("NearData, compiled program")
    {
        _compiled = compiled;
        _maps = Filled.Create(new MapSet(compiled.Program.Maps, cpus: 2));
    }

    /// <summary>The contestant, or null where the verifier has no proof for such programs.</summary>
    public static CompiledContestant? TryCreate(MapOperation operation) =>
        ProgramVerifier.TryVerify(MapWork.Program(operation), out VerifiedProgram? verified, out _)
            ? new CompiledContestant(CompiledMemoryProgram.Compile(verified))
            : null;

    public override long Run(int thread, long operations)
    {
        RunContext.Current.Processor = thread;
        long done = 0;
        for (; done < operations; done += MapWork.Unrolled)
        {
            _compiled.Run([], _maps);
        }

        return done;
    }

    public override void Dispose() => _maps.Dispose();
}

/// <summary>The kernel's map, by its own machine code in <c>BPF_PROG_TEST_RUN</c>.</summary>
internal sealed class KernelContestant : Contestant
{
    private readonly KernelMaps _maps;
    private readonly KernelProgram _program;
    private readonly byte[] _packet = new byte[64];

    private KernelContestant(Program program)
        : base("kernel, program in BPF_PROG_TEST_RUN")
    {
        _maps = KernelMaps.Create(program.Maps);
        for (int number = 0; number < MapWork.Entries; number++)
        {
            _maps[0].Update(BitConverter.GetBytes(MapWork.KeyAt(number)), BitConverter.GetBytes((long)number));
        }

        _program = KernelLoader.Load(program with { Kind = ProgramKind.Xdp, Context = new ProgramContext.Fields(ContextLayout.XdpMd) }, _maps);
    }

    /// <summary>The contestant, or null where this process may not use the kernel's.</summary>
    public static KernelContestant? TryCreate(MapOperation operation) =>
        KernelProbe.Missing is null ? new KernelContestant(MapWork.Program(operation)) : null;

    public override long Run(int thread, long operations)
    {
        int runs = (int)(operations / MapWork.Unrolled);
        _program.Run(_packet, runs);
        return (long)runs * MapWork.Unrolled;
    }

    public override void Dispose()
    {
        _program.Dispose();
        _maps.Dispose();
    }
}

internal static class Filled
{
    /// <summary>The set, with all keys in its first map.</summary>
    public static MapSet Create(MapSet maps)
    {
        for (int number = 0; number < MapWork.Entries; number++)
        {
            maps[0].Update(BitConverter.GetBytes(MapWork.KeyAt(number)), BitConverter.GetBytes((long)number));
        }

        return maps;
    }
}
