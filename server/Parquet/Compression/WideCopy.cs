using System.Runtime.Intrinsics;

namespace NearData.Parquet.Compression;

/// <summary>
/// Copies within a block that is being decompressed, in vectors of 16 bytes that may run over the copy's end, though not further
/// than <see cref="BlockCodec.Slack"/>: what follows overwrites what was too much.
/// </summary>
internal static class WideCopy
{
    /// <summary>Bytes of a vector.</summary>
    public const int Width = 16;

    // Row d repeats the first d of 16 bytes; the 16 is cut to whole repetitions by Strides.
    private static readonly Vector128<byte>[] Repetitions = BuildRepetitions();

    private static ReadOnlySpan<byte> Strides => [0, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>
    /// Appends <paramref name="count"/> bytes that begin <paramref name="offset"/> bytes before the end of what is written; where
    /// they run into themselves, they repeat.
    /// </summary>
    public static void Repeat(Span<byte> target, int written, int offset, int count)
    {
        if (count <= offset && count <= Width)
        {
            Vector128.Create(target.Slice(written - offset, Width)).CopyTo(target.Slice(written, Width));
        }
        else if (offset >= Width)
        {
            int from = written - offset;
            for (int done = 0; done < count; done += Width)
            {
                Vector128.Create(target.Slice(from + done, Width)).CopyTo(target.Slice(written + done, Width));
            }
        }
        else
        {
            Vector128<byte> once = Vector128.Create(target.Slice(written - offset, Width));
            Vector128<byte> pattern = Vector128.Shuffle(once, Repetitions[offset]);
            int stride = Strides[offset];
            for (int done = 0; done < count; done += stride)
            {
                pattern.CopyTo(target.Slice(written + done, Width));
            }
        }
    }

    private static Vector128<byte>[] BuildRepetitions()
    {
        Vector128<byte>[] rows = new Vector128<byte>[Width];
        Span<byte> row = stackalloc byte[Width];
        for (int offset = 1; offset < Width; offset++)
        {
            for (int i = 0; i < Width; i++)
            {
                row[i] = (byte)(i % offset);
            }

            rows[offset] = Vector128.Create<byte>(row);
        }

        return rows;
    }
}
