using NearData.Engine.Binding;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>A column chunk that is decoded, on demand, into a field of the batch. One thread.</summary>
internal sealed class BoundColumn(FieldBinding binding, ColumnReader reader) : IDisposable
{
    private long _skipped;
    private int _current;

    public int Field => binding.Field;

    /// <summary>Starts a batch. What was not decoded of the one before is skipped later, all at once.</summary>
    public void Begin(int rows)
    {
        _skipped += _current;
        _current = rows;
    }

    /// <summary>Decodes the current batch, unless that was done.</summary>
    public void Decode(RecordBatch batch)
    {
        if (_current == 0)
        {
            return;
        }

        if (_skipped > 0)
        {
            reader.Skip(_skipped);
            _skipped = 0;
        }

        Decode(batch, _current);
        _current = 0;
    }

    public void Dispose() => reader.Dispose();

    private void Decode(RecordBatch batch, int rows)
    {
        switch (binding.RowField.Type)
        {
            case FieldType.Int8:
                Decode<sbyte>(batch, rows);
                break;
            case FieldType.Int16:
                Decode<short>(batch, rows);
                break;
            case FieldType.Int32:
                Decode<int>(batch, rows);
                break;
            case FieldType.Int64:
                Decode<long>(batch, rows);
                break;
            case FieldType.UInt8 or FieldType.Bool:
                Decode<byte>(batch, rows);
                break;
            case FieldType.UInt16:
                Decode<ushort>(batch, rows);
                break;
            case FieldType.UInt32:
                Decode<uint>(batch, rows);
                break;
            case FieldType.UInt64:
                Decode<ulong>(batch, rows);
                break;
            case FieldType.Float64:
                Decode<double>(batch, rows);
                break;
        }
    }

    private void Decode<T>(RecordBatch batch, int rows)
        where T : unmanaged
    {
        Span<byte> validity = binding.RowField.IsNullable ? batch.Validity(Field)[..rows] : default;
        // All of them: a footer is refused whose chunks have other numbers of rows than their group.
        reader.Read(batch.Values<T>(Field)[..rows], validity);
    }
}
