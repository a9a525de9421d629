using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NearData.Formats.Structure;

/// <summary>Places in text, in order, in memory that is kept.</summary>
internal sealed class EndList
{
    // Places are written eight at a time, whether there are so many or not.
    private const int Step = 8;

    private int[] _places = [];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Places => _places.AsSpan(0, Count);

    /// <summary>The same, to be moved within.</summary>
    public Span<int> Items => _places.AsSpan(0, Count);

    /// <summary>Begins anew.</summary>
    /// <param name="capacity">How many places there must be room for.</param>
    public void Restart(int capacity)
    {
        Count = 0;
        if (capacity + Step > _places.Length)
        {
            _places = new int[capacity + Step];
        }
    }

    public void Add(int place) => _places[Count++] = place;

    /// <summary>Adds the places of a block's bits; there must be room for them.</summary>
    public void Add(int block, ulong bits)
    {
        int count = BitOperations.PopCount(bits);
        ref int target = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_places), Count);
        // Without a branch for each: only how many eights there are has to be guessed.
        for (int done = 0; done < count; done += Step)
        {
            for (int i = 0; i < Step; i++)
            {
                Unsafe.Add(ref target, done + i) = block + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
            }
        }

        Count += count;
    }

    /// <summary>Takes the first ones out.</summary>
    public void RemoveFirst(int count)
    {
        _places.AsSpan(count, Count - count).CopyTo(_places);
        Count -= count;
    }
}
