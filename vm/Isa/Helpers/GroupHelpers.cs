using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>Helpers over group maps.</summary>
public static class GroupHelpers
{
    /// <summary>(map, key): the address of the key's group, which is made where there is none: each field starts at its merge's identity.</summary>
    public static readonly HelperSignature Group = new(
        HelperSignature.OwnNumbers + 300, "nd_group", [ArgumentKind.Map, ArgumentKind.MapKey], ReturnKind.GroupValue, HelperPurity.Reducing, Cost: 20)
    {
        Kinds = [ProgramKind.Reduce],
        MapTypes = [MapType.Groups],
    };

    public static ImmutableArray<HelperSignature> All { get; } = [Group];
}
