using System.Text;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="TextHelpers"/>.</summary>
internal static unsafe class TextFunctions
{
    /// <summary>Values that a format may take (the kernel's <c>MAX_BPRINTF_VARARGS</c>).</summary>
    private const int MostValues = 12;

    public static HelperFunction[] All { get; } =
    [
        new(TextHelpers.TracePrint, TracePrint),
        new(TextHelpers.ParseSigned, ParseSigned),
        new(TextHelpers.ParseUnsigned, ParseUnsigned),
        new(TextHelpers.Format, Format),
        new(TextHelpers.TracePrintValues, TracePrintValues),
        new(TextHelpers.Compare, Compare),
    ];

    private static long TracePrint(long format, long size, long first, long second, long third)
    {
        ReadOnlySpan<byte> text = new((void*)format, (int)size);
        ulong* values = stackalloc ulong[] { (ulong)first, (ulong)second, (ulong)third };
        return text[^1] == 0 && FormattedText.CountValues(text) <= 3
            ? Trace(FormattedText.Write(text, new ReadOnlySpan<ulong>(values, 3)))
            : ErrorNumber.Invalid;
    }

    private static long TracePrintValues(long format, long size, long values, long bytes)
    {
        ReadOnlySpan<byte> text = new((void*)format, (int)size);
        return text[^1] == 0 && Values(text, values, bytes, out ReadOnlySpan<ulong> given)
            ? Trace(FormattedText.Write(text, given))
            : ErrorNumber.Invalid;
    }

    private static long Trace(string? text)
    {
        if (text is null)
        {
            return ErrorNumber.Invalid;
        }

        RunContext.Current.Trace?.Invoke(text.TrimEnd('\n'));
        return text.Length;
    }

    // What doesn't fit is cut, with a zero at the end, and the whole length is told: as snprintf does. What is left of the place is cleared,
    // since the verifier takes all of it for written.
    private static long Format(long target, long size, long format, long values, long bytes)
    {
        Span<byte> place = new((void*)target, (int)size);
        ReadOnlySpan<byte> text = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)format);
        if (!Values(text, values, bytes, out ReadOnlySpan<ulong> given) || FormattedText.Write(text, given) is not { } written)
        {
            place.Clear();
            return ErrorNumber.Invalid;
        }

        if (!place.IsEmpty)
        {
            int length = int.Min(written.Length, place.Length - 1);
            Encoding.Latin1.GetBytes(written.AsSpan(0, length), place);
            place[length..].Clear();
        }

        return written.Length + 1;
    }

    private static bool Values(ReadOnlySpan<byte> format, long values, long bytes, out ReadOnlySpan<ulong> given)
    {
        bool isWhole = bytes % sizeof(ulong) == 0 && bytes <= MostValues * sizeof(ulong);
        given = isWhole ? new ReadOnlySpan<ulong>((void*)values, (int)bytes / sizeof(ulong)) : [];
        return isWhole && FormattedText.CountValues(format) <= given.Length;
    }

    private static long ParseSigned(long text, long size, long flags, long result)
    {
        *(long*)result = 0;
        long read = IntegerText.Read(new ReadOnlySpan<byte>((void*)text, (int)size), (ulong)flags, out ulong magnitude, out bool isNegative);
        if (read < 0)
        {
            return read;
        }

        if (magnitude > (isNegative ? 1UL << 63 : long.MaxValue))
        {
            return ErrorNumber.Range;
        }

        *(long*)result = isNegative ? (long)(0 - magnitude) : (long)magnitude;
        return read;
    }

    private static long ParseUnsigned(long text, long size, long flags, long result)
    {
        *(ulong*)result = 0;
        long read = IntegerText.Read(new ReadOnlySpan<byte>((void*)text, (int)size), (ulong)flags, out ulong magnitude, out bool isNegative);
        if (read < 0 || isNegative)
        {
            return read < 0 ? read : ErrorNumber.Invalid;
        }

        *(ulong*)result = magnitude;
        return read;
    }

    private static long Compare(long text, long size, long other)
    {
        byte* left = (byte*)text;
        byte* right = (byte*)other;
        for (long at = 0; at < size; at++)
        {
            if (left[at] != right[at])
            {
                return left[at] < right[at] ? -1 : 1;
            }

            if (left[at] == 0)
            {
                break;
            }
        }

        return 0;
    }
}
