using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Vm.Tests.Kernel.Generation;

/// <summary>The maps of random programs that use any.</summary>
internal static class GeneratedMaps
{
    public const int Array = 0;
    public const int Hash = 1;
    public const int Programs = 2;
    public const int Outer = 5;

    /// <summary>Bytes of a value.</summary>
    public const int ValueSize = 16;

    /// <summary>Keys are drawn from so many: more than an array has entries, and than a hash has room for.</summary>
    public const int ArrayKeys = 8;

    /// <inheritdoc cref="ArrayKeys"/>
    public const int HashKeys = 16;

    /// <summary>Programs that tail calls go on in; entries of the program array beyond are empty.</summary>
    public const int Targets = 2;

    private static readonly ImmutableArray<MapDefinition> All =
    [
        Define("array", MapType.Array, ValueSize, entries: 4),
        Define("hash", MapType.Hash, ValueSize, entries: 8),
        Define("programs", MapType.ProgramArray, sizeof(uint), entries: 4) with
        {
            Slots = [.. Enumerable.Range(0, Targets).Select(target => new MapSlot(target, TargetName(target)))],
        },
        Define("first", MapType.Array, ValueSize, entries: 2),
        Define("second", MapType.Array, ValueSize, entries: 2),
        Define("outer", MapType.ArrayOfMaps, sizeof(uint), entries: 4) with
        {
            Inner = Define("inner", MapType.Array, ValueSize, entries: 2),
            Slots = [new MapSlot(0, "first"), new MapSlot(2, "second")],
        },
    ];

    private static readonly ImmutableArray<MapDefinition> WithoutNested = All[..(Programs + 1)];

    /// <summary>The maps that a program with such abilities needs: the same list for all that need the same.</summary>
    public static ImmutableArray<MapDefinition> Of(Abilities abilities) =>
        abilities.HasFlag(Abilities.MapsOfMaps) ? All : (abilities & Abilities.Maps) != Abilities.None ? WithoutNested : [];

    /// <summary>The name of a program that tail calls go on in.</summary>
    public static string TargetName(int target) => $"target_{target}";

    private static MapDefinition Define(string name, MapType type, int valueSize, int entries) =>
        new(name, MapRole.Declared, type, KeySize: sizeof(uint), valueSize, entries, InitialValue: []);
}
