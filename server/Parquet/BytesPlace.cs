using System.Runtime.InteropServices;

namespace NearData.Parquet;

/// <summary>Where a value's bytes are in this process.</summary>
/// <param name="Length">Bytes; 0 for a null.</param>
/// <param name="Address">The first one's; 0 for a null.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BytesPlace(long Length, nint Address);
