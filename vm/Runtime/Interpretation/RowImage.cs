using NearData.Isa.Programs;

namespace NearData.Vm.Interpretation;

/// <summary>A record as the C struct that a program's author wrote, put together from columns.</summary>
internal sealed unsafe class RowImage
{
    private readonly RowLayout _row;
    private readonly int[] _loaded;
    private readonly byte[] _bytes;

    /// <param name="row">The struct.</param>
    /// <param name="loaded">The fields that are filled in; the others stay zero.</param>
    public RowImage(RowLayout row, IEnumerable<int> loaded)
    {
        _row = row;
        _loaded = [.. loaded];
        _bytes = new byte[row.Size];
    }

    /// <summary>The struct of one of a batch's records. Valid until the next call.</summary>
    public Span<byte> Of(RecordBatch batch, int record)
    {
        foreach (int index in _loaded)
        {
            RowField field = _row.Fields[index];
            int size = field.Type.Size();
            new ReadOnlySpan<byte>(batch.Columns[2 * index] + ((long)record * size), size).CopyTo(_bytes.AsSpan(field.Offset));
            if (field.ValidityOffset is { } validity)
            {
                _bytes[validity] = batch.Columns[(2 * index) + 1][record];
            }
        }

        return _bytes;
    }
}
