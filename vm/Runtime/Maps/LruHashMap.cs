using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// A hash that makes room for a new element by deleting one that wasn't used lately: a hand goes round the elements, takes the mark
/// off those that were looked up or changed since it was last there, and deletes the first one without. An update therefore never
/// fails for want of room, and deletes one element at most. The kernel keeps lists for this, moves elements between them in groups
/// and deletes several at a time, so that which elements are left differs, and how many.
/// </summary>
internal sealed unsafe class LruHashMap : HashMap
{
    private readonly uint _elements;
    private uint _hand;

    public LruHashMap(MapDefinition definition, MemoryBudget budget, int cpus)
        : base(definition, budget, cpus) => _elements = (uint)Grid.Elements;

    private protected override bool TryEvict()
    {
        while (true)
        {
            uint element = (Interlocked.Increment(ref _hand) - 1) % _elements;
            uint sequence = Volatile.Read(ref Index->At(element)->Sequence);
            if (!HashElement.IsLive(sequence))
            {
                continue;
            }

            if (Index->Uses[element] != 0)
            {
                Index->Uses[element] = 0;
            }
            else if (TryDelete(element, sequence))
            {
                return true;
            }
        }
    }
}
