using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>Helpers over maps.</summary>
public static class MapHelpers
{
    /// <summary>(map, key): the address of the value, or 0. Of a map of maps, an inner map; of a per-CPU map, this CPU's value.</summary>
    public static readonly HelperSignature Lookup = new(
        1, "bpf_map_lookup_elem", [ArgumentKind.Map, ArgumentKind.MapKey], ReturnKind.MapValueOrNull, HelperPurity.Pure, Cost: 10)
    {
        MapTypes =
        [
            .. Elements, MapType.ArrayOfMaps, MapType.HashOfMaps, MapType.DevMap, MapType.DevMapHash, MapType.XskMap,
            MapType.Groups,
        ],
    };

    /// <summary>(map, key, value, flags): 0 or a negative error.</summary>
    public static readonly HelperSignature Update = new(
        2,
        "bpf_map_update_elem",
        [ArgumentKind.Map, ArgumentKind.MapKey, ArgumentKind.MapValue, ArgumentKind.Scalar],
        ReturnKind.Scalar,
        HelperPurity.Effectful,
        Cost: 30)
    {
        MapTypes = Elements,
    };

    /// <summary>(map, key): 0 or a negative error.</summary>
    public static readonly HelperSignature Delete = new(
        3, "bpf_map_delete_elem", [ArgumentKind.Map, ArgumentKind.MapKey], ReturnKind.Scalar, HelperPurity.Effectful, Cost: 30)
    {
        MapTypes = Elements,
    };

    /// <summary>(map, key, flags): the verdict to return; the thread remembers where the packet goes.</summary>
    public static readonly HelperSignature Redirect = new(
        51,
        "bpf_redirect_map",
        [ArgumentKind.Map, ArgumentKind.Scalar, ArgumentKind.Scalar],
        ReturnKind.Scalar,
        HelperPurity.Effectful,
        Cost: 20)
    {
        Kinds = [ProgramKind.Xdp],
        MapTypes = [MapType.DevMap, MapType.DevMapHash, MapType.CpuMap, MapType.XskMap],
    };

    /// <summary>(map, value, flags): 0 or a negative error.</summary>
    public static readonly HelperSignature Push = new(
        87,
        "bpf_map_push_elem",
        [ArgumentKind.Map, ArgumentKind.MapValue, ArgumentKind.Scalar],
        ReturnKind.Scalar,
        HelperPurity.Effectful,
        Cost: 30)
    {
        MapTypes = [MapType.Queue, MapType.Stack, MapType.BloomFilter],
    };

    /// <summary>(map, value): 0 or a negative error.</summary>
    public static readonly HelperSignature Pop = new(
        88, "bpf_map_pop_elem", [ArgumentKind.Map, ArgumentKind.MapValueOut], ReturnKind.Scalar, HelperPurity.Effectful, Cost: 30)
    {
        MapTypes = [MapType.Queue, MapType.Stack],
    };

    /// <summary>(map, value): 0 or a negative error. A bloom filter reads the value to look for, which must be initialized then.</summary>
    public static readonly HelperSignature Peek = new(
        89, "bpf_map_peek_elem", [ArgumentKind.Map, ArgumentKind.MapValueOut], ReturnKind.Scalar, HelperPurity.Varying, Cost: 30)
    {
        MapTypes = [MapType.Queue, MapType.Stack, MapType.BloomFilter],
    };

    /// <summary>(map, key, CPU): the address of that CPU's value, or 0.</summary>
    public static readonly HelperSignature LookupOnCpu = new(
        195,
        "bpf_map_lookup_percpu_elem",
        [ArgumentKind.Map, ArgumentKind.MapKey, ArgumentKind.Scalar],
        ReturnKind.MapValueOrNull,
        HelperPurity.Pure,
        Cost: 10)
    {
        MapTypes = [MapType.PerCpuArray, MapType.PerCpuHash, MapType.LruPerCpuHash],
    };

    public static ImmutableArray<HelperSignature> All { get; } = [Lookup, Update, Delete, Redirect, Push, Pop, Peek, LookupOnCpu];

    private static ImmutableArray<MapType> Elements =>
    [
        MapType.Hash, MapType.Array, MapType.PerCpuHash, MapType.PerCpuArray, MapType.LruHash, MapType.LruPerCpuHash, MapType.LpmTrie,
    ];
}
