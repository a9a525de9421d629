using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>An array: every entry is there from the start. Also each of a program's data sections.</summary>
internal sealed unsafe class ArrayMap : BpfMap
{
    public ArrayMap(MapDefinition definition, MemoryBudget budget)
        : base(definition, budget, (Int128)Rounded(definition.ValueSize) * definition.MaxEntries)
    {
        Grid = Place(Memory);
        if (!definition.InitialValue.IsDefaultOrEmpty)
        {
            definition.InitialValue.AsSpan().CopyTo(new Span<byte>(Memory, definition.ValueSize));
        }
    }

    /// <summary>A read-only section whose one value is kept elsewhere, and outlives this.</summary>
    public ArrayMap(MapDefinition definition, byte* value)
        : base(definition, new MemoryBudget(0), 0) => Grid = Place(value);

    internal override byte* Lookup(byte* key) => Header->Find(Unsafe.ReadUnaligned<uint>(key));

    private ValueGrid Place(byte* values)
    {
        long stride = Rounded(Definition.ValueSize);
        Header->Values = values;
        Header->Stride = stride;
        Header->Entries = (uint)Definition.MaxEntries;
        return new ValueGrid
        {
            First = values,
            Elements = Definition.MaxEntries,
            ElementStride = stride,
            Slots = 1,
            SlotStride = stride,
            Size = Definition.ValueSize,
        };
    }
}
