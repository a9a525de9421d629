using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NearData.Engine.Binding;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Storage;
using NearData.Vm;

namespace NearData.Engine.Formats.Records;

/// <summary>A member of records that is gathered into a field of the batch.</summary>
internal abstract class RecordColumn(FieldBinding binding, RecordField member)
{
    /// <summary>Index in the row's fields.</summary>
    public int Field => binding.Field;

    protected RecordField Member => member;

    public static RecordColumn Of(FieldBinding binding, StoredField stored)
    {
        RecordField member = stored.Field;
        return (member.Kind, member.Size) switch
        {
            (RecordFieldKind.Bool, _) => new TruthColumn(binding, member),
            (RecordFieldKind.Text or RecordFieldKind.Bytes, _) => new BytesColumn(binding, member),
            (RecordFieldKind.Signed, 1) => Of<sbyte>(binding, member),
            (RecordFieldKind.Signed, 2) => Of<short>(binding, member),
            (RecordFieldKind.Signed, 4) => Of<int>(binding, member),
            (RecordFieldKind.Signed, 8) => Of<long>(binding, member),
            (RecordFieldKind.Signed, _) => Of<Int128>(binding, member),
            (RecordFieldKind.Unsigned, 1) => Of<byte>(binding, member),
            (RecordFieldKind.Unsigned, 2) => Of<ushort>(binding, member),
            (RecordFieldKind.Unsigned, 4) => Of<uint>(binding, member),
            (RecordFieldKind.Unsigned, _) => Of<ulong>(binding, member),
            (_, sizeof(float)) => Of<float>(binding, member),
            _ => Of<double>(binding, member),
        };
    }

    /// <summary>Fills the field's column, and its validity where it has one.</summary>
    /// <param name="records">Of the batch.</param>
    /// <param name="size">Bytes of each.</param>
    /// <param name="batch">What is filled.</param>
    public void Decode(ReadOnlySpan<byte> records, int size, RecordBatch batch)
    {
        Gather(records[member.Offset..], size, batch);
        if (binding.RowField.IsNullable)
        {
            Span<byte> validity = batch.Validity(Field)[..batch.Count];
            validity.Fill(1);
            for (int row = 0; member.ValidityOffset is { } at && row < validity.Length; row++)
            {
                // Programs are proven for 0 and 1, whatever a file holds.
                if (records[(row * size) + at] == 0)
                {
                    validity[row] = 0;
                    Clear(batch, row);
                }
            }
        }
    }

    /// <summary>Takes the values, those of nulls too.</summary>
    /// <param name="members">From the first record's member on.</param>
    /// <param name="size">Bytes from one to the next.</param>
    /// <param name="batch">What is filled.</param>
    protected abstract void Gather(ReadOnlySpan<byte> members, int size, RecordBatch batch);

    /// <summary>Makes a null's value zero.</summary>
    protected abstract void Clear(RecordBatch batch, int row);

    private static RecordColumn Of<TStored>(FieldBinding binding, RecordField member)
        where TStored : unmanaged, INumber<TStored> => binding.RowField.Type switch
    {
        FieldType.Int8 => new NumberColumn<TStored, sbyte>(binding, member),
        FieldType.Int16 => new NumberColumn<TStored, short>(binding, member),
        FieldType.Int32 => new NumberColumn<TStored, int>(binding, member),
        FieldType.Int64 => new NumberColumn<TStored, long>(binding, member),
        FieldType.UInt8 => new NumberColumn<TStored, byte>(binding, member),
        FieldType.UInt16 => new NumberColumn<TStored, ushort>(binding, member),
        FieldType.UInt32 => new NumberColumn<TStored, uint>(binding, member),
        FieldType.UInt64 => new NumberColumn<TStored, ulong>(binding, member),
        FieldType.Int128 => new NumberColumn<TStored, Int128>(binding, member),
        FieldType.Float64 => new NumberColumn<TStored, double>(binding, member),
        _ => throw new UnreachableException($"No number is bound to {binding.RowField.Type}."),
    };

    /// <summary>Binding has seen to it that the field holds every value of the member's type.</summary>
    private sealed class NumberColumn<TStored, TField>(FieldBinding binding, RecordField member) : RecordColumn(binding, member)
        where TStored : unmanaged, INumber<TStored>
        where TField : unmanaged, INumber<TField>
    {
        protected override void Gather(ReadOnlySpan<byte> members, int size, RecordBatch batch)
        {
            Span<TField> values = batch.Values<TField>(Field)[..batch.Count];
            for (int row = 0; row < values.Length; row++)
            {
                values[row] = TField.CreateTruncating(MemoryMarshal.Read<TStored>(members.Slice(row * size, Unsafe.SizeOf<TStored>())));
            }
        }

        protected override void Clear(RecordBatch batch, int row) => batch.Values<TField>(Field)[row] = default;
    }

    private sealed class TruthColumn(FieldBinding binding, RecordField member) : RecordColumn(binding, member)
    {
        protected override void Gather(ReadOnlySpan<byte> members, int size, RecordBatch batch)
        {
            Span<byte> values = batch.Values<byte>(Field)[..batch.Count];
            for (int row = 0; row < values.Length; row++)
            {
                values[row] = members[row * size] == 0 ? (byte)0 : (byte)1;
            }
        }

        protected override void Clear(RecordBatch batch, int row) => batch.Values<byte>(Field)[row] = 0;
    }

    /// <summary>Text and bytes stay where they are: the load's memory doesn't move, and is there until the scan ends.</summary>
    private sealed class BytesColumn(FieldBinding binding, RecordField member) : RecordColumn(binding, member)
    {
        protected override void Gather(ReadOnlySpan<byte> members, int size, RecordBatch batch)
        {
            Span<TextValue> values = batch.Values<TextValue>(Field)[..batch.Count];
            nint start = BufferLease.AddressOf(members);
            for (int row = 0; row < values.Length; row++)
            {
                int end = Member.Kind == RecordFieldKind.Text ? members.Slice(row * size, Member.Size).IndexOf((byte)0) : -1;
                values[row] = new TextValue(end < 0 ? Member.Size : end, start + ((nint)row * size));
            }
        }

        protected override void Clear(RecordBatch batch, int row) => batch.Values<TextValue>(Field)[row] = default;
    }
}
