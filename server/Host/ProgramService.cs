using Google.Protobuf;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;
using NearData.Server.Grpc;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using LoadedProgram = NearData.Engine.Programs.LoadedProgram;
using MapChange = NearData.Contracts.V1.MapChange;
using MapEntry = NearData.Vm.Maps.MapEntry;

namespace NearData.Server;

/// <summary>The methods of <c>neardata.v1.NearData</c> on loaded programs and their maps. Thread-safe.</summary>
internal sealed class ProgramService(ProgramCache programs)
{
    /// <summary>Entries of one page: with those of the smallest maps still a message worth sending.</summary>
    private const int MostEntries = 4096;

    /// <summary>Bytes of one page, keys and values: far below the limit of a message.</summary>
    private const int MostPageBytes = 1 << 20;

    /// <summary>Bytes of types that are sent: far below the limit of a message, and more than any query has.</summary>
    private const int MostTypeBytes = 2 << 20;

    /// <summary>The program with an identifier, which counts as used now.</summary>
    /// <exception cref="RpcException">There is none.</exception>
    public LoadedProgram Find(string id) => programs.TryFind(id, out LoadedProgram? program) ? program : throw NotLoaded(id);

    public Task<ListProgramsResponse> ListAsync(ListProgramsRequest request, GrpcCallContext call)
    {
        ListProgramsResponse response = new();
        response.Programs.AddRange(programs.List().Select(program =>
        {
            LoadedObject message = new()
            {
                ProgramId = program.Id,
                LoadedAt = (ulong)program.LoadedAt.ToUnixTimeMilliseconds(),
                MapBytes = (ulong)program.Inputs.MemoryBytes,
                MapsVersion = (ulong)program.Inputs.Version,
                CountsRuns = program.Statistics.IsOn,
            };
            message.Programs.AddRange(program.Programs.Select(it => Runs(it, program.Statistics)));
            return message;
        }));
        return Task.FromResult(response);
    }

    public Task<SetStatisticsResponse> SetStatisticsAsync(SetStatisticsRequest request, GrpcCallContext call)
    {
        if (request.ProgramId.Length == 0)
        {
            programs.CountRuns(request.Enabled);
        }
        else
        {
            Find(request.ProgramId).Statistics.IsOn = request.Enabled;
        }

        return Task.FromResult(new SetStatisticsResponse());
    }

    public Task<UnloadProgramResponse> UnloadAsync(UnloadProgramRequest request, GrpcCallContext call) =>
        programs.Remove(request.ProgramId) ? Task.FromResult(new UnloadProgramResponse()) : throw NotLoaded(request.ProgramId);

    public Task<ListMapsResponse> ListMapsAsync(ListMapsRequest request, GrpcCallContext call)
    {
        LoadedProgram program = Find(request.ProgramId);
        ListMapsResponse response = new();
        response.Maps.AddRange(program.Query.Maps.Select(Describe));
        BtfTypes types = program.Object.Types;
        byte[] section = BtfTypes.Write(Enumerable.Range(1, types.Count - 1).Select(type => types[type]));
        response.Types_ = section.Length <= MostTypeBytes ? UnsafeByteOperations.UnsafeWrap(section) : ByteString.Empty;
        return Task.FromResult(response);
    }

    public Task<ReadMapResponse> ReadMapAsync(ReadMapRequest request, GrpcCallContext call)
    {
        (LoadedProgram program, int index, MapDefinition map) = FindMap(request.ProgramId, request.Map);
        CheckKey(map, request.After, isOptional: true);
        int fitting = Math.Max(1, MostPageBytes / Math.Max(1, map.KeySize + map.ValueSize));
        int limit = (int)Math.Min(request.Limit == 0 ? MostEntries : request.Limit, (uint)Math.Min(MostEntries, fitting));
        return Task.FromResult(Look(program, index, map, (memory, version) =>
        {
            if (request.Version != 0 && request.Version != (ulong)version + 1)
            {
                throw new RpcException(ErrorCode.MapChanged, $"The maps of program '{program.Id}' were changed while map '{map.Name}' was read.");
            }

            MapPage page = memory.ReadPage(request.After.Span, limit);
            ReadMapResponse response = new() { After = page.Last is { } last ? ByteString.CopyFrom(last) : ByteString.Empty, Version = (ulong)version + 1 };
            response.Entries.AddRange(page.Entries.Select(entry => new Contracts.V1.MapEntry
            {
                Key = UnsafeByteOperations.UnsafeWrap(entry.Key),
                Value = UnsafeByteOperations.UnsafeWrap(entry.Value),
            }));
            return response;
        }));
    }

    public Task<LookupMapResponse> LookupMapAsync(LookupMapRequest request, GrpcCallContext call)
    {
        (LoadedProgram program, int index, MapDefinition map) = FindMap(request.ProgramId, request.Map);
        CheckKey(map, request.Key, isOptional: false);
        return Task.FromResult(Look(program, index, map, (memory, _) =>
        {
            byte[] value = new byte[memory.HostValueSize];
            MapError error = memory.Lookup(request.Key.Span, value);
            return error switch
            {
                MapError.None => new LookupMapResponse { Value = UnsafeByteOperations.UnsafeWrap(value) },
                MapError.NoEntry => new LookupMapResponse(),
                _ => throw Refused(map, request.Key, error, ""),
            };
        }));
    }

    public Task<MapChange> UpdateMapAsync(UpdateMapRequest request, GrpcCallContext call)
    {
        (LoadedProgram program, int index, MapDefinition map) = FindInput(request.ProgramId, request.Map);
        foreach (Contracts.V1.MapEntry entry in request.Entries)
        {
            CheckKey(map, entry.Key, isOptional: false);
            Check(map, "values", entry.Value.Length, map.ValueSize);
        }

        if (!Enum.IsDefined(request.Rule))
        {
            throw new RpcException(ErrorCode.InvalidArgument, $"There is no update rule {(int)request.Rule}.");
        }

        MapEntry[] entries = [.. request.Entries.Select(entry => new MapEntry(entry.Key.ToByteArray(), entry.Value.ToByteArray()))];
        return Task.FromResult(Change(
            program, map, [.. request.Entries.Select(entry => entry.Key)], inputs => inputs.Update(index, entries, (ulong)request.Rule)));
    }

    public Task<MapChange> DeleteMapAsync(DeleteMapRequest request, GrpcCallContext call)
    {
        (LoadedProgram program, int index, MapDefinition map) = FindInput(request.ProgramId, request.Map);
        foreach (ByteString key in request.Keys)
        {
            CheckKey(map, key, isOptional: false);
        }

        byte[][] keys = [.. request.Keys.Select(key => key.ToByteArray())];
        return Task.FromResult(Change(program, map, [.. request.Keys], inputs => inputs.Delete(index, keys)));
    }

    private static ProgramRuns Runs(VerifiedProgram program, QueryStatistics statistics)
    {
        RunStatistics runs = program.Program.Kind == ProgramKind.Filter ? statistics.Filter : statistics.Reduce;
        return new ProgramRuns
        {
            Program = Messages.Program(program),
            RunCount = (ulong)runs.Runs,
            RunTimeNanoseconds = (ulong)runs.Time.Ticks * (ulong)TimeSpan.NanosecondsPerTick,
        };
    }

    private static MapChange Change(LoadedProgram program, MapDefinition map, ByteString[] keys, Func<InputMaps, Vm.Maps.MapChange> change)
    {
        try
        {
            Vm.Maps.MapChange changed = change(program.Inputs);
            return changed.Error == MapError.None
                ? new MapChange { Version = (ulong)changed.Version }
                : throw Refused(
                    map, keys[changed.Done], changed.Error, $" Entry {changed.Done} of {keys.Length} was refused; those before it were changed.");
        }
        catch (ObjectDisposedException)
        {
            throw NotLoaded(program.Id);
        }
    }

    private static T Look<T>(LoadedProgram program, int index, MapDefinition map, Func<BpfMap, long, T> look)
    {
        try
        {
            if (InputMaps.Includes(map))
            {
                return program.Inputs.Read(index, look);
            }
        }
        catch (ObjectDisposedException)
        {
            throw NotLoaded(program.Id);
        }

        if (Contents(map) != MapContents.Constant)
        {
            throw new RpcException(ErrorCode.MapRefused, $"Map '{map.Name}' is each execution's own, which its answer tells; there is none to read now.");
        }

        using MapSet constants = new([map]);
        return look(constants[0], program.Inputs.Version);
    }

    private (LoadedProgram Program, int Index, MapDefinition Map) FindInput(string id, string name)
    {
        (LoadedProgram program, int index, MapDefinition map) = FindMap(id, name);
        return InputMaps.Includes(map)
            ? (program, index, map)
            : throw new RpcException(ErrorCode.MapRefused, $"Map '{name}' isn't filled by clients: EPERM ({Contents(map)}).");
    }

    private (LoadedProgram Program, int Index, MapDefinition Map) FindMap(string id, string name)
    {
        LoadedProgram program = Find(id);
        for (int index = 0; index < program.Query.Maps.Length; index++)
        {
            if (string.Equals(program.Query.Maps[index].Name, name, StringComparison.Ordinal))
            {
                return (program, index, program.Query.Maps[index]);
            }
        }

        string known = program.Query.Maps.IsEmpty ? "none" : string.Join(", ", program.Query.Maps.Select(map => map.Name));
        throw new RpcException(ErrorCode.MapNotFound, $"Program '{id}' has no map '{name}'; it has {known}.");
    }

    private static MapInfo Describe(MapDefinition map) => new()
    {
        Name = map.Name,
        Type = (uint)map.Type,
        KeySize = (uint)map.KeySize,
        ValueSize = (uint)map.ValueSize,
        MaxEntries = (uint)map.MaxEntries,
        Flags = map.Flags,
        KeyType = (uint)map.KeyTypeId,
        ValueType = (uint)map.ValueTypeId,
        Contents = Contents(map),
    };

    private static MapContents Contents(MapDefinition map) => InputMaps.Includes(map) ? MapContents.Input
        : map.Role == MapRole.ReadOnlyData ? MapContents.Constant
        : MapContents.Execution;

    private static void CheckKey(MapDefinition map, ByteString key, bool isOptional)
    {
        if (!isOptional || !key.IsEmpty)
        {
            Check(map, "keys", key.Length, map.KeySize);
        }
    }

    private static void Check(MapDefinition map, string what, int given, int size)
    {
        if (given != size)
        {
            throw new RpcException(ErrorCode.InvalidArgument, $"Map '{map.Name}' has {what} of {size} bytes, not {given}.");
        }
    }

    private static RpcException Refused(MapDefinition map, ByteString key, MapError error, string more) => new(
        ErrorCode.MapRefused, $"Map '{map.Name}' refuses key {Convert.ToHexStringLower(key.Span)}: {error.KernelName()}.{more}");

    private static RpcException NotLoaded(string id) => new(ErrorCode.ProgramNotFound, $"No program '{id}' is loaded.");
}
