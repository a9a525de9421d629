using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NearData.Parquet.Encodings;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Values;

/// <summary>Numbers stored as <typeparamref name="TStored"/>, little-endian, and widened to <typeparamref name="T"/>.</summary>
internal sealed class FixedWidthLayout<TStored, T> : PlainLayout<T>
    where TStored : unmanaged, INumber<TStored>
    where T : unmanaged, INumber<T>
{
    public override int MinimumWidth => Unsafe.SizeOf<TStored>();

    public override int Decode(ReadOnlySpan<byte> source, Span<T> values, in PagePlace place)
    {
        int length = Measure(source, values.Length, place);
        ReadOnlySpan<TStored> stored = MemoryMarshal.Cast<byte, TStored>(source[..length]);
        if (typeof(TStored) == typeof(T))
        {
            source[..length].CopyTo(MemoryMarshal.AsBytes(values));
            return length;
        }

        int widened = typeof(TStored) == typeof(int) && typeof(T) == typeof(long)
            ? Widen(MemoryMarshal.Cast<TStored, int>(stored), MemoryMarshal.Cast<T, long>(values))
            : 0;
        for (int i = widened; i < stored.Length; i++)
        {
            values[i] = Convert(stored[i], place);
        }

        return length;
    }

    public override int Decode(ReadOnlySpan<byte> source, Span<T> values, RowChoice wanted, in PagePlace place)
    {
        int length = Measure(source, values.Length, place);
        ReadOnlySpan<TStored> stored = MemoryMarshal.Cast<byte, TStored>(source[..length]);
        for (int i = 0; i < wanted.Count; i++)
        {
            int row = wanted[i];
            values[row] = Convert(stored[row], place);
        }

        return length;
    }

    // A wider type holds everything; a narrower one what the column's declared type allows, if the file keeps to it.
    private static T Convert(TStored stored, in PagePlace place)
    {
        T value = T.CreateTruncating(stored);
        return typeof(TStored) == typeof(T) || Unsafe.SizeOf<T>() > Unsafe.SizeOf<TStored>() || value == T.CreateSaturating(stored)
            ? value
            : throw place.Broken($"The value {stored} is beyond the column's declared type.");
    }

    /// <summary>Widens as many as fill whole vectors; gives how many.</summary>
    private static int Widen(ReadOnlySpan<int> narrow, Span<long> wide)
    {
        int done = 0;
        for (; narrow.Length - done >= Vector<int>.Count; done += Vector<int>.Count)
        {
            Vector.Widen(new Vector<int>(narrow[done..]), out Vector<long> low, out Vector<long> high);
            low.CopyTo(wide[done..]);
            high.CopyTo(wide[(done + Vector<long>.Count)..]);
        }

        return done;
    }

    public override int Measure(ReadOnlySpan<byte> source, int count, in PagePlace place)
    {
        long length = (long)count * Unsafe.SizeOf<TStored>();
        return length <= source.Length ? (int)length : throw TooShort(place, source.Length, count);
    }

    public override bool TryEncode(ReadOnlySpan<T> values, IBufferWriter<byte> target, out T rejected)
    {
        rejected = default;
        int length = values.Length * Unsafe.SizeOf<TStored>();
        Span<byte> room = target.GetSpan(length)[..length];
        if (typeof(TStored) == typeof(T))
        {
            MemoryMarshal.AsBytes(values).CopyTo(room);
        }
        else
        {
            Span<TStored> stored = MemoryMarshal.Cast<byte, TStored>(room);
            for (int i = 0; i < values.Length; i++)
            {
                stored[i] = TStored.CreateTruncating(values[i]);
                if (!T.CreateTruncating(stored[i]).Equals(values[i]))
                {
                    rejected = values[i];
                    return false;
                }
            }
        }

        target.Advance(length);
        return true;
    }
}
