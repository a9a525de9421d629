using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Functions;

/// <summary>
/// The helpers of <see cref="SliceHelpers"/> and <see cref="SliceFunctionHelpers"/>. A slice is the address of a <see cref="SliceRecord"/>: compiled code keeps it on the program's stack,
/// where it was proven that nothing else writes; the interpreter keeps it to itself.
/// </summary>
internal static unsafe class SliceFunctions
{
    public static HelperFunction[] All { get; } =
    [
        new(SliceHelpers.FromMemory, FromMemory),
        new(SliceHelpers.Reserve, Reserve),
        new(SliceHelpers.Submit, Submit),
        new(SliceHelpers.Discard, Discard),
        new(SliceHelpers.Read, Read),
        new(SliceHelpers.Write, Write),
        new(SliceHelpers.Data, Data),
        new(SliceFunctionHelpers.FromXdp, FromXdp),
        new(SliceFunctionHelpers.Slice, Part),
        new(SliceFunctionHelpers.WritableSlice, Part),
        new(SliceFunctionHelpers.Length, Length),
        new(SliceFunctionHelpers.IsNull, IsNull),
        new(SliceFunctionHelpers.IsReadOnly, IsReadOnly),
        new(SliceFunctionHelpers.Adjust, Adjust),
    ];

    private static long FromMemory(long memory, long size, long flags, long slice) =>
        size > SliceHelpers.MostBytes ? Empty(slice, ErrorNumber.TooBig)
        : flags != 0 ? Empty(slice, ErrorNumber.Invalid)
        : Make(slice, (byte*)memory, (uint)size);

    private static long Reserve(long map, long size, long flags, long slice)
    {
        if (flags != 0 || (uint)size > SliceHelpers.MostBytes)
        {
            return Empty(slice, flags != 0 ? ErrorNumber.Invalid : ErrorNumber.TooBig);
        }

        byte* record = Unsafe.As<RingBufferMap>(BpfMap.Of(map)).Reserve((uint)size);
        return record is null ? Empty(slice, ErrorNumber.Invalid) : Make(slice, record, (uint)size);
    }

    private static long Submit(long slice, long flags)
    {
        if (((SliceRecord*)slice)->Data is not null)
        {
            ByteRing.Submit(((SliceRecord*)slice)->Data);
        }

        return Empty(slice, 0);
    }

    private static long Discard(long slice, long flags)
    {
        if (((SliceRecord*)slice)->Data is not null)
        {
            ByteRing.Discard(((SliceRecord*)slice)->Data);
        }

        return Empty(slice, 0);
    }

    private static long Read(long buffer, long size, long slice, long offset, long flags)
    {
        Span<byte> filled = new((void*)buffer, (int)size);
        long place = flags == 0 ? Find(slice, offset, size) : ErrorNumber.Invalid;
        if (place > 0)
        {
            new ReadOnlySpan<byte>((void*)place, (int)size).CopyTo(filled);
        }
        else
        {
            // The verifier takes the buffer for written, whatever the helper answers.
            filled.Clear();
        }

        return long.Min(place, 0);
    }

    private static long Write(long slice, long offset, long data, long size, long flags)
    {
        long place = Find(slice, offset, size);

        // The kernel looks at the flags last, where the memory's kind decides which there are.
        place = place > 0 && flags != 0 ? ErrorNumber.Invalid : place;
        if (place > 0)
        {
            new ReadOnlySpan<byte>((void*)data, (int)size).CopyTo(new Span<byte>((void*)place, (int)size));
        }

        return long.Min(place, 0);
    }

    /// <summary>Of a packet there are no such addresses: <see cref="Part"/> gives them, which the kernel may have to copy.</summary>
    private static long Data(long slice, long offset, long size) =>
        ((SliceRecord*)slice)->IsOfPacket ? 0 : long.Max(Find(slice, offset, size), 0);

    private static long FromXdp(long context, long flags, long slice)
    {
        *(SliceRecord*)slice = flags == 0 ? SliceRecord.OfPacket((XdpContext*)context) : SliceRecord.Empty;
        return flags == 0 ? 0 : ErrorNumber.Invalid;
    }

    private static long Part(long slice, long offset, long buffer, long size) => long.Max(Find(slice, offset, size), 0);

    private static long Length(long slice) => ((SliceRecord*)slice)->Data is null ? unchecked((uint)ErrorNumber.Invalid) : ((SliceRecord*)slice)->Length;

    private static long IsNull(long slice) => ((SliceRecord*)slice)->Data is null ? 1 : 0;

    private static long IsReadOnly(long slice) => 0;

    private static long Adjust(long slice, long start, long end)
    {
        SliceRecord* record = (SliceRecord*)slice;
        if (record->Data is null || (uint)start > (uint)end)
        {
            return ErrorNumber.Invalid;
        }

        if ((uint)end > record->Length)
        {
            return ErrorNumber.Range;
        }

        record->Adjust((uint)start, (uint)end);
        return 0;
    }

    /// <summary>The address of bytes of a slice, or a negative error.</summary>
    private static long Find(long slice, long offset, long size)
    {
        SliceRecord* record = (SliceRecord*)slice;
        if (record->Data is null)
        {
            return ErrorNumber.Invalid;
        }

        if (!record->Holds(offset, size))
        {
            return ErrorNumber.TooBig;
        }

        byte* found = record->Find(offset, size);
        return found is null ? ErrorNumber.Invalid : (long)found;
    }

    private static long Make(long slice, byte* data, uint length)
    {
        *(SliceRecord*)slice = SliceRecord.OfMemory(data, length);
        return 0;
    }

    private static long Empty(long slice, long answer)
    {
        *(SliceRecord*)slice = SliceRecord.Empty;
        return answer;
    }
}
