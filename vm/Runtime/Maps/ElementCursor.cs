namespace NearData.Vm.Maps;

/// <summary>A place in a walk over a map's elements, in an order of the map's own.</summary>
internal unsafe struct ElementCursor
{
    /// <summary>The map's own: where to go on.</summary>
    public long Position;

    /// <summary>The element's key; null for arrays, whose key is <see cref="Index"/>.</summary>
    public byte* Key;

    /// <summary>An array's index.</summary>
    public uint Index;

    /// <summary>The element's value; of a per-CPU map, this CPU's.</summary>
    public byte* Value;
}
