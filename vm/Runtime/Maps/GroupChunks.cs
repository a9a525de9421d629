using System.Numerics;
using NearData.Vm.Memory;

namespace NearData.Vm.Maps;

/// <summary>Where groups lie: in chunks, each twice as long as the one before, so that none ever moves. One thread changes it.</summary>
/// <param name="groupSize">Bytes of a group.</param>
/// <param name="most">The most groups.</param>
internal sealed unsafe class GroupChunks(int groupSize, long most) : IDisposable
{
    private const int FirstChunk = 64;

    private readonly List<AlignedMemory> _chunks = [];

    /// <summary>Groups that there is room for.</summary>
    public long Room { get; private set; }

    /// <summary>Bytes of the next chunk.</summary>
    public long NextLength => long.Min((long)FirstChunk << _chunks.Count, most - Room) * groupSize;

    /// <summary>Each chunk's first group, and how many it has room for.</summary>
    public IEnumerable<(nint First, long Groups)> All => _chunks.Select(chunk => ((nint)chunk.Start, chunk.Length / groupSize));

    /// <summary>A group, by its number.</summary>
    // Chunk k holds FirstChunk << k groups, all chunks before it as many less FirstChunk.
    public byte* this[long number]
    {
        get
        {
            int chunk = BitOperations.Log2((ulong)(number + FirstChunk)) - BitOperations.Log2(FirstChunk);
            long first = ((long)FirstChunk << chunk) - FirstChunk;
            return _chunks[chunk].Start + ((number - first) * groupSize);
        }
    }

    /// <summary>Takes the next chunk, of <see cref="NextLength"/> bytes.</summary>
    public void Add(AlignedMemory chunk)
    {
        _chunks.Add(chunk);
        Room += chunk.Length / groupSize;
    }

    /// <summary>The number of the group that an address is in; null where it is in none.</summary>
    public long? NumberAt(long address)
    {
        long number = 0;
        foreach (AlignedMemory chunk in _chunks)
        {
            if (address >= (long)chunk.Start && address < (long)chunk.Start + chunk.Length)
            {
                return number + ((address - (long)chunk.Start) / groupSize);
            }

            number += chunk.Length / groupSize;
        }

        return null;
    }

    public void Dispose() => _chunks.ForEach(chunk => chunk.Dispose());
}
