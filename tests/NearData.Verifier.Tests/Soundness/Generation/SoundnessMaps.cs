using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>The maps of generated programs.</summary>
internal static class SoundnessMaps
{
    public const int Constants = 0;
    public const int Data = 1;
    public const int Array = 2;
    public const int Hash = 3;
    public const int Ring = 4;
    public const int Locked = 5;

    /// <summary>Where the lock is in a value of <see cref="Locked"/>.</summary>
    public const int LockOffset = 8;

    /// <summary>Bytes of each value.</summary>
    public const int ValueSize = 16;

    public static ImmutableArray<MapDefinition> All { get; } =
    [
        new MapDefinition("rodata", MapRole.ReadOnlyData, MapType.Array, 4, ValueSize, 1, [7, 0, 0, 0, 255, 255, 1, 2, 3]),
        new MapDefinition("data", MapRole.Data, MapType.Array, 4, ValueSize, 1, []),
        new MapDefinition("array", MapRole.Declared, MapType.Array, 4, ValueSize, 3, []),
        new MapDefinition("hash", MapRole.Declared, MapType.Hash, 8, ValueSize, 8, []),
        new MapDefinition("ring", MapRole.Declared, MapType.RingBuffer, 0, 0, 4096, []),
        new MapDefinition("locked", MapRole.Declared, MapType.Array, 4, ValueSize, 2, []) { SpinLockOffset = LockOffset },
    ];
}
