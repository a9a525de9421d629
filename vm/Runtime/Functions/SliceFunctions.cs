using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;
using NearData.Vm.Maps;

namespace NearData.Vm.Functions;

/// <summary>
/// The helpers of <see cref="SliceHelpers"/>. A slice is the address of a <see cref="SliceRecord"/>: compiled code keeps it on the program's stack,
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

    private static long Data(long slice, long offset, long size) => (long)((SliceRecord*)slice)->Find(offset, size);

    /// <summary>The address of bytes of a slice, or a negative error.</summary>
    private static long Find(long slice, long offset, long size)
    {
        SliceRecord* record = (SliceRecord*)slice;
        return record->Data is null ? ErrorNumber.Invalid
            : !record->Holds(offset, size) ? ErrorNumber.TooBig
            : (long)record->Find(offset, size);
    }

    private static long Make(long slice, byte* data, uint length)
    {
        *(SliceRecord*)slice = new SliceRecord { Data = data, Length = length };
        return 0;
    }

    private static long Empty(long slice, long answer)
    {
        *(SliceRecord*)slice = default;
        return answer;
    }
}
