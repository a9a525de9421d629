namespace NearData.Parquet.Reading;

/// <summary>Reads rows page by page into whatever takes them, and finds out which of them are null. One thread.</summary>
internal sealed class RowReader(ParquetColumn column, ChunkRows rows)
{
    private const int ValidityBatchLength = 4096;

    private byte[] _validity = [];

    /// <summary>Reads the next rows, up to the first page that the target can't take or the chunk's end.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="wanted">The most rows.</param>
    /// <param name="validity">Per row 1, or 0 for null; or empty when nobody asks.</param>
    /// <param name="target">Gets the rows.</param>
    /// <returns>How many were read.</returns>
    /// <exception cref="ColumnAccessException">A null has no place to go, or a row may have several values.</exception>
    public int Read<TTarget>(string file, int wanted, Span<byte> validity, TTarget target)
        where TTarget : IRowTarget, allows ref struct
    {
        if (column.IsRepeated)
        {
            throw new ColumnAccessException(file, column.Path, "A row may have several values: read the column's entries.");
        }

        int total = (int)Math.Min(wanted, rows.Left);
        int done = 0;
        while (done < total)
        {
            int count = rows.Find(total - done);
            if (!target.Wants(done, count))
            {
                rows.Skip(count);
                ValidityOf(validity, done, count).Clear();
                done += count;
                continue;
            }

            rows.Open();
            if (!target.CanRead)
            {
                break;
            }

            if (column.IsNullable)
            {
                ReadNullable(file, done, validity.IsEmpty ? ValidityBatch(ref count) : validity.Slice(done, count), !validity.IsEmpty || target.KnowsNulls, target);
            }
            else
            {
                target.Read(done, count);
                ValidityOf(validity, done, count).Fill(1);
            }

            rows.Leave(count);
            done += count;
        }

        return done;
    }

    /// <summary>Memory for the validity of rows, or of fewer.</summary>
    public Span<byte> ValidityBatch(ref int count)
    {
        if (_validity.Length == 0)
        {
            _validity = new byte[ValidityBatchLength];
        }

        count = Math.Min(count, _validity.Length);
        return _validity.AsSpan(0, count);
    }

    private static Span<byte> ValidityOf(Span<byte> validity, int first, int count) => validity.IsEmpty ? validity : validity.Slice(first, count);

    private void ReadNullable<TTarget>(string file, int first, Span<byte> validity, bool mayBeNull, TTarget target)
        where TTarget : IRowTarget, allows ref struct
    {
        int present = rows.Definition.ReadValidity(validity);
        if (present == validity.Length)
        {
            target.Read(first, present);
        }
        else if (mayBeNull)
        {
            target.Read(first, validity, present);
        }
        else
        {
            throw new ColumnAccessException(file, column.Path, "The chunk has nulls, and there is no validity to tell them by.");
        }
    }
}
