using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NearData.Contracts;
using NearData.Engine.Programs;
using NearData.Vm.Maps;

namespace NearData.Server;

/// <summary>
/// Loaded programs by the SHA-256 of their object. The least recently used goes first, but none whose maps clients have filled: an execution
/// over empty maps instead would answer wrongly. Thread-safe.
/// </summary>
internal sealed class ProgramCache(int capacity, MemoryBudget mapMemory, bool countsRuns) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<LoadedProgram>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<LoadedProgram> _byUse = new();
    private bool _countsRuns = countsRuns;

    /// <summary>The object's program, loaded now unless it is here. Throws what <see cref="LoadedProgram.Load"/> throws.</summary>
    public LoadedProgram Load(ReadOnlyMemory<byte> elf)
    {
        if (TryFind(Convert.ToHexStringLower(SHA256.HashData(elf.Span)), out LoadedProgram? known))
        {
            return known;
        }

        // Outside the lock: verifying a large program must not hold up executions. Two callers may both load the same one.
        return Add(LoadedProgram.Load(elf, mapMemory));
    }

    public bool TryFind(string id, [NotNullWhen(true)] out LoadedProgram? program)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out LinkedListNode<LoadedProgram>? node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                program = node.Value;
                return true;
            }
        }

        program = null;
        return false;
    }

    /// <summary>The programs, the most recently used first.</summary>
    public IReadOnlyList<LoadedProgram> List()
    {
        lock (_lock)
        {
            return [.. _byUse];
        }
    }

    /// <summary>Counts and times runs from now on, or no longer: of all programs that are here or come.</summary>
    public void CountRuns(bool counts)
    {
        lock (_lock)
        {
            _countsRuns = counts;
            foreach (LoadedProgram program in _byUse)
            {
                program.Statistics.IsOn = counts;
            }
        }
    }

    /// <summary>Forgets a program, if it is here.</summary>
    public bool Remove(string id)
    {
        lock (_lock)
        {
            return _byId.TryGetValue(id, out LinkedListNode<LoadedProgram>? node) && Drop(node);
        }
    }

    public void Dispose()
    {
        foreach (LoadedProgram program in List())
        {
            program.Dispose();
        }
    }

    private LoadedProgram Add(LoadedProgram program)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(program.Id, out LinkedListNode<LoadedProgram>? known))
            {
                program.Dispose();
                return known.Value;
            }

            if (_byId.Count == capacity)
            {
                MakeRoom();
            }

            program.Statistics.IsOn = _countsRuns;
            _byId.Add(program.Id, _byUse.AddFirst(program));
            return program;
        }
    }

    private void MakeRoom()
    {
        LinkedListNode<LoadedProgram>? last = _byUse.Last;
        while (last is not null && last.Value.Inputs.Version > 0)
        {
            last = last.Previous;
        }

        if (last is null)
        {
            throw new RpcException(ErrorCode.Overloaded, $"All {capacity} programs have maps that clients filled; unload one.");
        }

        Drop(last);
    }

    private bool Drop(LinkedListNode<LoadedProgram> node)
    {
        _byUse.Remove(node);
        _byId.Remove(node.Value.Id);
        node.Value.Dispose();
        return true;
    }
}
