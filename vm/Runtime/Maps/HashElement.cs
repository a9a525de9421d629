using System.Runtime.InteropServices;

namespace NearData.Vm.Maps;

/// <summary>What precedes an element's key and value in a hash map's memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HashElement
{
    /// <summary>The number of no element: what ends a list of free ones.</summary>
    public const uint None = uint.MaxValue;

    /// <summary>
    /// The bit that ends a chain; the others are its bucket's number then, so that a reader whose element was moved to another chain
    /// under it sees that it came out elsewhere.
    /// </summary>
    public const uint End = 1u << 31;

    /// <summary>Bytes; the key follows.</summary>
    public const int HeaderSize = 16;

    /// <summary>The next element in the bucket's chain. Kept when the element is freed: a reader may still be on it.</summary>
    public uint Next;

    /// <summary>The key's hash.</summary>
    public uint Hash;

    /// <summary>Even, and not 0, while key and hash stand still; one more each time that the element is filled or freed.</summary>
    public uint Sequence;

    /// <summary>The next free element, while this one is free.</summary>
    public uint NextFree;

    public static byte* KeyOf(HashElement* element) => (byte*)element + HeaderSize;

    /// <summary>Whether an element with this sequence is in a chain.</summary>
    public static bool IsLive(uint sequence) => sequence != 0 && (sequence & 1) == 0;
}
