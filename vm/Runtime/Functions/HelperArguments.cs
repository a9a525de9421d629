using NearData.Isa.Programs;

namespace NearData.Vm.Functions;

/// <summary>A helper's arguments after the interpreter has checked them against its signature.</summary>
internal readonly ref struct HelperArguments
{
    /// <summary>The map's index in the program.</summary>
    public int MapIndex { get; init; }

    /// <summary>The map; null where the helper takes none.</summary>
    public MapDefinition? Map { get; init; }

    /// <summary>The key's bytes; empty where the helper takes none.</summary>
    public ReadOnlySpan<byte> Key { get; init; }
}
