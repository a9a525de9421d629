using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NearData.Isa.Programs;
using NearData.Vm.Memory;

namespace NearData.Vm;

/// <summary>
/// Records by column: what programs are run over. The memory is native, each column starts at a 64-byte boundary, and it is
/// made once and filled again for every batch. Owned by one worker; not thread-safe.
/// </summary>
public sealed unsafe class RecordBatch : IDisposable
{
    private readonly AlignedMemory _memory;
    private readonly int _tableLength;
    private readonly CodedValues?[] _coded;
    private readonly NarrowValues?[] _narrow;
    private int _count;

    /// <param name="row">What a record looks like.</param>
    /// <param name="loadedFields">Indices of the fields that have a column here; the others have no memory.</param>
    /// <param name="capacity">The most records at a time, from 1.</param>
    /// <param name="codedFields">Those of the fields, of type <see cref="FieldType.Text"/>, that may have codes in place of values.</param>
    /// <param name="narrow">Those that may have values in 32 bits, and the ranges of these.</param>
    public RecordBatch(
        RowLayout row, IEnumerable<int> loadedFields, int capacity, IEnumerable<int>? codedFields = null, NarrowColumns? narrow = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Row = row;
        Capacity = capacity;
        _tableLength = NarrowEntry(row, row.Fields.Length);

        long length = AlignedMemory.Align((long)_tableLength * sizeof(byte*));
        long[] offsets = new long[_tableLength];
        foreach (int field in loadedFields.Distinct())
        {
            offsets[2 * field] = length;
            length += AlignedMemory.Align((long)capacity * row.Fields[field].Type.Size());
            if (row.Fields[field].IsNullable)
            {
                offsets[(2 * field) + 1] = length;
                length += AlignedMemory.Align(capacity);
            }

            if (narrow?.RangeOf(field) is not null)
            {
                offsets[NarrowEntry(row, field)] = length;
                length += AlignedMemory.Align((long)capacity * sizeof(int));
            }
        }

        _coded = new CodedValues?[row.Fields.Length];
        foreach (int field in codedFields ?? [])
        {
            _coded[field] ??= new CodedValues(capacity);
        }

        _memory = new AlignedMemory(length);
        for (int entry = 0; entry < _tableLength; entry++)
        {
            Columns[entry] = offsets[entry] == 0 ? null : _memory.Start + offsets[entry];
        }

        _narrow = new NarrowValues?[row.Fields.Length];
        foreach (int field in narrow?.Fields ?? [])
        {
            byte* values = Columns[NarrowEntry(row, field)];
            _narrow[field] = values is null ? null : new NarrowValues((int*)values, capacity, narrow!.RangeOf(field)!.Value);
        }
    }

    public RowLayout Row { get; }

    /// <summary>The most records at a time.</summary>
    public int Capacity { get; }

    /// <summary>Records in the batch now, at most <see cref="Capacity"/>.</summary>
    public int Count
    {
        get => _count;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            _count = value;
        }
    }

    /// <summary>
    /// For each field the address of its values, then that of its validity bytes, and behind those of all fields for each that of its values
    /// in 32 bits; null where there are none.
    /// </summary>
    internal byte** Columns => (byte**)_memory.Start;

    /// <summary>
    /// A field's values, <see cref="Capacity"/> of them. The value of a null is zero: whoever fills the batch sees to it. Of
    /// <see cref="FieldType.Text"/> they are of type <see cref="TextValue"/>.
    /// </summary>
    /// <typeparam name="T">A type of the field's size.</typeparam>
    public Span<T> Values<T>(int field)
        where T : unmanaged
    {
        if (sizeof(T) != Row.Fields[field].Type.Size())
        {
            throw new ArgumentException(
                $"{Row.Name}.{Row.Fields[field].Name} is {Row.Fields[field].Type.CName()}, not {typeof(T).Name}.");
        }

        return MemoryMarshal.Cast<byte, T>(Bytes(2 * field, field, sizeof(T)));
    }

    /// <summary>
    /// A nullable field's validity bytes, <see cref="Capacity"/> of them: 1 where the value is present, 0 where it is null.
    /// </summary>
    public Span<byte> Validity(int field) => Bytes((2 * field) + 1, field, elementSize: 1);

    /// <summary>Whether a field has a column here.</summary>
    public bool Has(int field) => Columns[2 * field] is not null;

    /// <summary>A field's codes; null where it can only have values.</summary>
    public CodedValues? Coded(int field) => _coded[field];

    /// <summary>A field's values in 32 bits; null where it can only have them in 64.</summary>
    public NarrowValues? Narrow(int field) => _narrow[field];

    /// <summary>The place of a field's values in 32 bits in <see cref="Columns"/>.</summary>
    internal static int NarrowEntry(RowLayout row, int field) => (2 * row.Fields.Length) + field;

    /// <summary>Whether those of some fields that code takes in 32 bits, and no others of them, come so, and in the ranges that it is made for.</summary>
    /// <param name="columns">What the code takes.</param>
    /// <param name="fields">The fields.</param>
    internal bool IsNarrowAs(NarrowColumns columns, ImmutableArray<int> fields)
    {
        if (columns.IsEmpty)
        {
            return false;
        }

        foreach (int field in fields)
        {
            NumberRange? come = _narrow[field] is { IsUsed: true } narrow ? narrow.Range : null;
            NumberRange? taken = columns.RangeOf(field);
            if (come is null != taken is null || (come is { } range && !range.IsWithin(taken!.Value.Minimum, taken.Value.Maximum)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>No field has values in 32 bits any more: another batch begins.</summary>
    public void ForgetNarrow()
    {
        foreach (NarrowValues? narrow in _narrow)
        {
            narrow?.IsUsed = false;
        }
    }

    /// <summary>Gives those of some fields that have values in 32 bits the others in place of them.</summary>
    public void FillFromNarrow(ReadOnlySpan<int> fields)
    {
        FillFromNarrow(fields, first: 0);
        foreach (int field in fields)
        {
            _narrow[field]?.IsUsed = false;
        }
    }

    /// <summary>Gives the records from one on such values of 64 bits beside those of 32.</summary>
    internal void FillFromNarrow(ReadOnlySpan<int> fields, int first)
    {
        foreach (int field in fields)
        {
            if (_narrow[field] is { IsUsed: true } narrow)
            {
                NarrowValues.Widen(narrow.Values[first..Count], Values<long>(field)[first..Count]);
            }
        }
    }

    /// <summary>Gives fields that have codes their values.</summary>
    public void FillFromCodes()
    {
        for (int field = 0; field < _coded.Length; field++)
        {
            if (_coded[field] is { IsUsed: true } coded)
            {
                Span<TextValue> values = Values<TextValue>(field)[..Count];
                ReadOnlySpan<TextValue> dictionary = coded.Dictionary;
                ReadOnlySpan<uint> codes = coded.Codes;
                for (int record = 0; record < values.Length; record++)
                {
                    values[record] = dictionary[(int)codes[record]];
                }

                coded.IsUsed = false;
            }
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        foreach (CodedValues? coded in _coded)
        {
            coded?.Dispose();
        }
    }

    private Span<byte> Bytes(int entry, int field, int elementSize) => Columns[entry] is not null
        ? new Span<byte>(Columns[entry], checked(Capacity * elementSize))
        : throw new ArgumentException($"The batch holds no such column of {Row.Name}.{Row.Fields[field].Name}.");
}
