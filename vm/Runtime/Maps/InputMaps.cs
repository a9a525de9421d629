using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// The maps of a query that its programs only look things up in, and that the host fills. An execution freezes them: it sees each map as it
/// was then, because a map that is frozen is copied before it changes. A map takes memory from the first time that it is needed. Any thread.
/// </summary>
public sealed class InputMaps : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ImmutableArray<MapDefinition> _definitions;
    private readonly MemoryBudget _budget;
    private readonly SharedMap?[] _current;
    private long _version;
    private bool _disposed;

    /// <param name="maps">All maps of the query.</param>
    /// <param name="budget">Whose memory they take.</param>
    public InputMaps(ImmutableArray<MapDefinition> maps, MemoryBudget budget)
    {
        _definitions = maps;
        _budget = budget;
        _current = new SharedMap?[maps.Length];
    }

    /// <summary>Changes made so far, of all maps; 0 where nobody has filled any.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>Bytes that the maps take now, those of changed maps that executions still see left out.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (_lock)
            {
                return _current.Sum(map => map?.Map.MemoryBytes ?? 0);
            }
        }
    }

    /// <summary>Whether a query's map is one: declared by its author, of a type that programs find values in without changing anything.</summary>
    public static bool Includes(MapDefinition map) =>
        map is { Role: MapRole.Declared, Type: MapType.Array or MapType.Hash or MapType.LpmTrie, IsReadableByPrograms: true };

    /// <summary>The maps as they are now, for one execution; dispose it when that has ended. Null once this is disposed.</summary>
    /// <exception cref="MapMemoryException">A definition means nothing, or the budget is used up.</exception>
    public FrozenMaps? Freeze()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return null;
            }

            // All of them exist before the first one is counted as in use.
            SharedMap?[] frozen = [.. _definitions.Select((map, index) => Includes(map) ? Current(index) : null)];
            foreach (SharedMap? map in frozen)
            {
                map?.Use();
            }

            return new FrozenMaps(this, frozen);
        }
    }

    /// <summary>Makes or changes entries, one by one up to the first that is refused.</summary>
    /// <param name="map">The map's index.</param>
    /// <param name="entries">Keys and values of the map's sizes.</param>
    /// <param name="flags">Of <see cref="UpdateFlags"/>.</param>
    /// <exception cref="MapMemoryException">The budget is used up.</exception>
    public MapChange Update(int map, IReadOnlyList<MapEntry> entries, ulong flags) =>
        Change(map, entries.Count, (target, index) => target.Update(entries[index].Key, entries[index].Value, flags));

    /// <summary>Takes entries out, one by one up to the first that is refused.</summary>
    /// <param name="map">The map's index.</param>
    /// <param name="keys">Keys of the map's size.</param>
    /// <exception cref="MapMemoryException">The budget is used up.</exception>
    public MapChange Delete(int map, IReadOnlyList<byte[]> keys) => Change(map, keys.Count, (target, index) => target.Delete(keys[index]));

    /// <summary>Looks at a map while nobody changes it.</summary>
    /// <typeparam name="T">What is seen.</typeparam>
    /// <param name="map">The map's index.</param>
    /// <param name="look">Gets the map and the version of all.</param>
    public T Read<T>(int map, Func<BpfMap, long, T> look)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return look(Current(map).Map, _version);
        }
    }

    /// <summary>Lets go of the maps; those that an execution sees stay until it has ended.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                Array.ForEach(_current, map => map?.Release());
            }
        }
    }

    internal void Release(SharedMap?[] frozen)
    {
        lock (_lock)
        {
            Array.ForEach(frozen, map => map?.Release());
        }
    }

    private MapChange Change(int map, int count, Func<BpfMap, int, MapError> change)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            BpfMap target = Writable(map);
            _version++;
            for (int index = 0; index < count; index++)
            {
                MapError refused = change(target, index);
                if (refused != MapError.None)
                {
                    return new MapChange(index, refused, _version);
                }
            }

            return new MapChange(count, MapError.None, _version);
        }
    }

    private SharedMap Current(int map) => _current[map] ??= new SharedMap(MapFactory.Create(_definitions[map], _budget, cpus: 1));

    private BpfMap Writable(int map)
    {
        SharedMap current = Current(map);
        if (!current.IsFrozen)
        {
            return current.Map;
        }

        SharedMap copy = new(MapFactory.Create(_definitions[map], _budget, cpus: 1));
        foreach (MapEntry entry in current.Map.ReadAll())
        {
            copy.Map.Update(entry.Key, entry.Value);
        }

        current.Release();
        _current[map] = copy;
        return copy.Map;
    }

    /// <summary>A map and how many hold it: the set that it is current in, and each execution that sees it. Under the lock of its set.</summary>
    internal sealed class SharedMap(BpfMap map)
    {
        private int _users = 1;

        public BpfMap Map => map;

        public bool IsFrozen => _users > 1;

        public void Use() => _users++;

        public void Release()
        {
            if (--_users == 0)
            {
                map.Dispose();
            }
        }
    }
}

/// <summary>What came of changing entries.</summary>
/// <param name="Done">Entries that were changed: those before the one that was refused.</param>
/// <param name="Error">Why that one was refused; <see cref="MapError.None"/> where all were changed.</param>
/// <param name="Version">The version of all maps afterwards.</param>
public readonly record struct MapChange(int Done, MapError Error, long Version);
