using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using NearData.Engine.Binding;
using NearData.Formats;
using NearData.Isa.Programs;
using NearData.Vm;

namespace NearData.Engine.Formats.Text;

/// <summary>A column of text that is parsed, on demand, into a field of the batch. One thread.</summary>
internal abstract class BoundField(FieldBinding binding, int column)
{
    private bool _isMissing;

    /// <summary>Index in the row's fields.</summary>
    public int Field => binding.Field;

    /// <summary>Index in the file's columns.</summary>
    protected int Column => column;

    public static BoundField Of(FieldBinding binding, int column) => binding.RowField.Type switch
    {
        FieldType.Int8 => new BoundField<sbyte>(binding, column),
        FieldType.Int16 => new BoundField<short>(binding, column),
        FieldType.Int32 => new BoundField<int>(binding, column),
        FieldType.Int64 => new BoundField<long>(binding, column),
        FieldType.UInt8 or FieldType.Bool => new BoundField<byte>(binding, column),
        FieldType.UInt16 => new BoundField<ushort>(binding, column),
        FieldType.UInt32 => new BoundField<uint>(binding, column),
        FieldType.UInt64 => new BoundField<ulong>(binding, column),
        FieldType.Float64 => new BoundField<double>(binding, column),
        FieldType.Int128 => new BoundField<Int128>(binding, column),
        FieldType.Text => new BoundText(binding, column),
        _ => throw new UnreachableException($"No column is parsed as {binding.RowField.Type}."),
    };

    /// <summary>Starts a batch.</summary>
    public void Begin() => _isMissing = true;

    /// <summary>Parses the current batch, unless that was done; whether it was to be done.</summary>
    public bool Decode(RecordReader reader, RecordBatch batch)
    {
        if (!_isMissing)
        {
            return false;
        }

        _isMissing = false;
        Parse(reader, batch, Validity(batch));
        return true;
    }

    /// <summary>As <see cref="Decode(RecordReader, RecordBatch)"/>, where only some rows will be looked at until the next batch.</summary>
    public bool Decode(RecordReader reader, RecordBatch batch, ReadOnlySpan<int> rows)
    {
        if (!_isMissing)
        {
            return false;
        }

        _isMissing = false;
        Parse(reader, batch, rows, Validity(batch));
        return true;
    }

    protected abstract void Parse(RecordReader reader, RecordBatch batch, Span<byte> validity);

    protected abstract void Parse(RecordReader reader, RecordBatch batch, ReadOnlySpan<int> rows, Span<byte> validity);

    private Span<byte> Validity(RecordBatch batch) => binding.RowField.IsNullable ? batch.Validity(Field) : default;
}

/// <summary>A column that is parsed as <typeparamref name="T"/>.</summary>
internal sealed class BoundField<T>(FieldBinding binding, int column) : BoundField(binding, column)
    where T : unmanaged, INumberBase<T>
{
    protected override void Parse(RecordReader reader, RecordBatch batch, Span<byte> validity) =>
        reader.Read(Column, batch.Values<T>(Field), validity);

    protected override void Parse(RecordReader reader, RecordBatch batch, ReadOnlySpan<int> rows, Span<byte> validity) =>
        reader.Read(Column, rows, batch.Values<T>(Field), validity);
}

/// <summary>A column of text.</summary>
internal sealed class BoundText(FieldBinding binding, int column) : BoundField(binding, column)
{
    private readonly TextVector _text = new();

    protected override void Parse(RecordReader reader, RecordBatch batch, Span<byte> validity) =>
        reader.Locate(Column, _text, Addresses(batch), validity);

    protected override void Parse(RecordReader reader, RecordBatch batch, ReadOnlySpan<int> rows, Span<byte> validity) =>
        reader.Locate(Column, rows, _text, Addresses(batch), validity);

    private Span<TextAddress> Addresses(RecordBatch batch) => MemoryMarshal.Cast<TextValue, TextAddress>(batch.Values<TextValue>(Field));
}
