using System.Runtime.CompilerServices;
using Google.Protobuf;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Programs;

namespace NearData.Client;

/// <summary>
/// A map of a program at a node. All who use the same object at the node see the same map; an execution sees it as it was when it began. Any
/// thread.
/// </summary>
public sealed class ProgramMap
{
    /// <summary>Bytes of entries, or of keys, that one request carries: far below the limit of a message.</summary>
    private const int RequestBytes = 1 << 20;

    /// <summary>What the encoding adds to an entry, at most.</summary>
    private const int EntryOverhead = 16;

    private readonly NearDataClient _client;
    private readonly Action? _changed;

    internal ProgramMap(NearDataClient client, string programId, MapInfo info, BtfTypes types, Action? changed)
    {
        _client = client;
        _changed = changed;
        ProgramId = programId;
        Contents = info.Contents;
        MapRole role = info.Contents == MapContents.Constant ? MapRole.ReadOnlyData : MapRole.Declared;
        Definition = new MapDefinition(info.Name, role, (MapType)info.Type, (int)info.KeySize, (int)info.ValueSize, (int)info.MaxEntries, [])
        {
            Flags = info.Flags,
            KeyTypeId = info.KeyType < types.Count ? (int)info.KeyType : 0,
            ValueTypeId = info.ValueType < types.Count ? (int)info.ValueType : 0,
        };
        Format = new MapEntryFormat(Definition, types);
    }

    /// <summary>SHA-256 of the program's object.</summary>
    public string ProgramId { get; }

    /// <summary>Its name, type and sizes.</summary>
    public MapDefinition Definition { get; }

    /// <summary>Who fills it.</summary>
    public MapContents Contents { get; }

    /// <summary>Its keys and values as the program's types mean them.</summary>
    public MapEntryFormat Format { get; }

    /// <summary>All entries, in the order of the map's keys, read page by page.</summary>
    /// <exception cref="NearDataRpcException">
    /// The node refused or failed; with <see cref="ErrorCode.MapChanged"/> where somebody changed the program's maps meanwhile.
    /// </exception>
    public async IAsyncEnumerable<MapEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ReadMapRequest request = new() { ProgramId = ProgramId, Map = Definition.Name };
        do
        {
            ReadMapResponse page = await _client.CallAsync(NearDataMethods.ReadMap, request, cancellationToken);
            foreach (MapEntry entry in page.Entries)
            {
                yield return entry;
            }

            request = new ReadMapRequest(request) { After = page.After, Version = page.Version };
        }
        while (!request.After.IsEmpty);
    }

    /// <summary>A key's value, or null where there is none.</summary>
    public async Task<byte[]?> LookupAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        LookupMapRequest request = new() { ProgramId = ProgramId, Map = Definition.Name, Key = ByteString.CopyFrom(key.Span) };
        LookupMapResponse response = await _client.CallAsync(NearDataMethods.LookupMap, request, cancellationToken);
        return response.HasValue ? response.Value.ToByteArray() : null;
    }

    /// <summary>Makes or changes entries, in order, up to the first that is refused.</summary>
    /// <exception cref="NearDataRpcException">The node refused an entry, which its message names; those before it are changed.</exception>
    public Task UpdateAsync(
        IEnumerable<KeyValuePair<byte[], byte[]>> entries, UpdateRule rule = UpdateRule.Any, CancellationToken cancellationToken = default) => ChangeAsync(
            entries,
            entry => entry.Key.Length + entry.Value.Length,
            part =>
            {
                UpdateMapRequest request = new() { ProgramId = ProgramId, Map = Definition.Name, Rule = rule };
                request.Entries.AddRange(part.Select(entry => new MapEntry
                {
                    Key = UnsafeByteOperations.UnsafeWrap(entry.Key),
                    Value = UnsafeByteOperations.UnsafeWrap(entry.Value),
                }));
                return _client.CallAsync(NearDataMethods.UpdateMap, request, cancellationToken);
            });

    /// <summary>Takes entries out, in order, up to the first that is refused.</summary>
    /// <exception cref="NearDataRpcException">The node refused a key, which its message names; those before it are gone.</exception>
    public Task DeleteAsync(IEnumerable<byte[]> keys, CancellationToken cancellationToken = default) => ChangeAsync(
        keys,
        key => key.Length,
        part =>
        {
            DeleteMapRequest request = new() { ProgramId = ProgramId, Map = Definition.Name };
            request.Keys.AddRange(part.Select(key => UnsafeByteOperations.UnsafeWrap(key)));
            return _client.CallAsync(NearDataMethods.DeleteMap, request, cancellationToken);
        });

    /// <summary>As many requests as the entries need, one after another.</summary>
    private async Task ChangeAsync<T>(IEnumerable<T> all, Func<T, int> size, Func<List<T>, Task<MapChange>> change)
    {
        _changed?.Invoke();
        List<T> part = [];
        long bytes = 0;
        foreach (T next in all)
        {
            long needed = size(next) + EntryOverhead;
            if (part.Count > 0 && bytes + needed > RequestBytes)
            {
                await change(part);
                part = [];
                bytes = 0;
            }

            part.Add(next);
            bytes += needed;
        }

        if (part.Count > 0)
        {
            await change(part);
        }
    }
}
