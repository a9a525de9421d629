using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Interpretation;

/// <summary>A record as the C struct that a program's author wrote, put together from columns.</summary>
internal sealed unsafe class RowImage
{
    private readonly RowLayout _row;
    private readonly int[] _loaded;
    private readonly byte[] _bytes;
    private readonly TextValue[] _texts;

    /// <param name="row">The struct.</param>
    /// <param name="loaded">The fields that are filled in; the others stay zero.</param>
    public RowImage(RowLayout row, IEnumerable<int> loaded)
    {
        _row = row;
        _loaded = [.. loaded];
        _bytes = new byte[row.Size];
        _texts = new TextValue[row.Fields.Count(field => field.Type == FieldType.Text)];
    }

    /// <summary>What the row's fields of text lead to: the bytes of the regions from <see cref="Address.FirstText"/> on.</summary>
    public ReadOnlySpan<TextValue> Texts => _texts;

    /// <summary>The struct of one of a batch's records. Valid until the next call.</summary>
    public Span<byte> Of(RecordBatch batch, int record)
    {
        int texts = 0;
        foreach (int index in _loaded)
        {
            RowField field = _row.Fields[index];
            int size = field.Type.Size();
            Span<byte> place = _bytes.AsSpan(field.Offset, size);
            if (batch.Narrow(index) is { IsUsed: true } narrow)
            {
                BinaryPrimitives.WriteInt64LittleEndian(place, narrow.Values[record]);
            }
            else
            {
                new ReadOnlySpan<byte>(batch.Columns[2 * index] + ((long)record * size), size).CopyTo(place);
            }

            if (field.Type == FieldType.Text)
            {
                _texts[texts] = MemoryMarshal.Read<TextValue>(place);
                MemoryMarshal.Write(place[TextLayout.DataOffset..], Address.Of(Address.FirstText + texts++).Value);
            }

            if (field.ValidityOffset is { } validity)
            {
                _bytes[validity] = batch.Columns[(2 * index) + 1][record];
            }
        }

        return _bytes;
    }
}
