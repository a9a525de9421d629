using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using NearData.Vm.Interpretation;
using NearData.Vm.Memory;

namespace NearData.Vm.Functions;

/// <summary><c>bpf_map_lookup_elem</c> of an array: the address of the value at a 32-bit index, or zero past the end.</summary>
internal static unsafe class MapLookup
{
    public static ulong Interpret(HelperArguments arguments)
    {
        uint index = BinaryPrimitives.ReadUInt32LittleEndian(arguments.Key);
        return index < (uint)arguments.Map!.MaxEntries
            ? Address.Of(Address.FirstValues + arguments.MapIndex, index * MapMemory.Stride(arguments.Map)).Value
            : 0;
    }

    public static long Compiled(long map, long key) => (long)((MapHeader*)map)->Find(Unsafe.ReadUnaligned<uint>((void*)key));
}
