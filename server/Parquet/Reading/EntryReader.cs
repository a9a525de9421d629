using NearData.Parquet.Encodings;
using NearData.Parquet.Values;

namespace NearData.Parquet.Reading;

/// <summary>Reads the entries of a column, repeated or not, with the levels that say where in the row each stands. One thread.</summary>
internal sealed class EntryReader(ParquetColumn column, ChunkRows rows, RowReader reader)
{
    /// <summary>Reads the next entries as numbers.</summary>
    /// <returns>How many were read: the length of <paramref name="values"/>, or fewer at the chunk's end.</returns>
    public int Read<T>(Span<T> values, Span<byte> definition, Span<byte> repetition)
        where T : unmanaged
    {
        NumberDecoders<T> decoders = rows.Numbers<T>();
        int total = (int)Math.Min(values.Length, rows.Left);
        for (int done = 0; done < total;)
        {
            int entries = rows.Enter(total - done);
            Span<byte> valid = reader.ValidityBatch(ref entries);
            int present = ReadLevels(definition.Slice(done, entries), repetition.Slice(done, entries), valid);
            Span<T> part = values.Slice(done, entries);
            decoders.Read(part[..present], RowChoice.All);
            NullSpread.Apply(part, valid, present);
            rows.Leave(entries);
            done += entries;
        }

        return total;
    }

    /// <summary>Reads the next entries as bytes, which are added to a batch; an entry without a value is a null there.</summary>
    /// <returns>How many were read: the length of <paramref name="definition"/>, or fewer at the chunk's end.</returns>
    public int Read(ByteArrayBatch batch, Span<byte> definition, Span<byte> repetition)
    {
        ByteArrayDecoders decoders = rows.Bytes();
        int total = (int)Math.Min(definition.Length, rows.Left);
        for (int done = 0; done < total;)
        {
            int entries = rows.Enter(total - done);
            Span<byte> valid = reader.ValidityBatch(ref entries);
            decoders.Read(batch, ReadLevels(definition.Slice(done, entries), repetition.Slice(done, entries), valid));
            batch.SpreadOverNulls(valid);
            rows.Leave(entries);
            done += entries;
        }

        return total;
    }

    private int ReadLevels(Span<byte> definition, Span<byte> repetition, Span<byte> validity)
    {
        rows.Repetition.Read(repetition);
        int present = rows.Definition.Read(definition);
        if (column.IsNullable)
        {
            rows.Definition.ToValidity(definition, validity);
        }
        else
        {
            validity.Fill(1);
        }

        return present;
    }
}
