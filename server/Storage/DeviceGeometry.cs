namespace NearData.Storage;

/// <summary>What shape a device's reads have.</summary>
/// <param name="Alignment">
/// Offsets, lengths and buffer addresses are multiples of it, in bytes; a power of two, 1 where any will do. The last read may
/// reach to the next multiple behind the device's end: what it fills in there is undefined.
/// </param>
/// <param name="MaximumTransfer">The longest read, in bytes; a multiple of the alignment.</param>
public readonly record struct DeviceGeometry(int Alignment, int MaximumTransfer)
{
    /// <summary>Of a device that reads anything anywhere.</summary>
    public static DeviceGeometry Free => new(Alignment: 1, MaximumTransfer: int.MaxValue);
}
