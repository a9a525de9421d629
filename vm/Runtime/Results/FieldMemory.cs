using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Results;

/// <summary>Numbers of a field's type in memory; doubles as their place in the order of doubles (<see cref="Float64Order"/>).</summary>
internal static unsafe class FieldMemory
{
    public static Int128 Read(byte* place, FieldType type) => type switch
    {
        FieldType.Int8 => *(sbyte*)place,
        FieldType.Int16 => Unsafe.ReadUnaligned<short>(place),
        FieldType.Int32 => Unsafe.ReadUnaligned<int>(place),
        FieldType.Int64 => Unsafe.ReadUnaligned<long>(place),
        FieldType.UInt16 => Unsafe.ReadUnaligned<ushort>(place),
        FieldType.UInt32 => Unsafe.ReadUnaligned<uint>(place),
        FieldType.UInt64 => Unsafe.ReadUnaligned<ulong>(place),
        FieldType.Int128 => Unsafe.ReadUnaligned<Int128>(place),
        FieldType.Float64 => Float64Order.ToKey(Unsafe.ReadUnaligned<double>(place)),
        _ => *place,
    };

    /// <summary>Writes the low bytes of a number.</summary>
    public static void Write(byte* place, FieldType type, Int128 value)
    {
        if (type == FieldType.Float64)
        {
            value = BitConverter.DoubleToInt64Bits(Float64Order.ToDouble((long)value));
        }

        new ReadOnlySpan<byte>(&value, type.Size()).CopyTo(new Span<byte>(place, type.Size()));
    }
}
