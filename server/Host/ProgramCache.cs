using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NearData.Engine.Programs;

namespace NearData.Server;

/// <summary>Loaded programs by the SHA-256 of their object; the least recently used goes first. Thread-safe.</summary>
internal sealed class ProgramCache(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<LoadedProgram>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<LoadedProgram> _byUse = new();

    /// <summary>The object's program, loaded now unless it is here. Throws what <see cref="LoadedProgram.Load"/> throws.</summary>
    public LoadedProgram Load(ReadOnlyMemory<byte> elf)
    {
        if (TryFind(Convert.ToHexStringLower(SHA256.HashData(elf.Span)), out LoadedProgram? known))
        {
            return known;
        }

        // Outside the lock: verifying a large program must not hold up executions. Two callers may both load the same one.
        LoadedProgram loaded = LoadedProgram.Load(elf);
        Add(loaded);
        return loaded;
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

    private void Add(LoadedProgram program)
    {
        lock (_lock)
        {
            if (_byId.ContainsKey(program.Id))
            {
                return;
            }

            _byId.Add(program.Id, _byUse.AddFirst(program));
            if (_byId.Count > capacity)
            {
                LinkedListNode<LoadedProgram> last = _byUse.Last!;
                _byUse.RemoveLast();
                _byId.Remove(last.Value.Id);
            }
        }
    }
}
