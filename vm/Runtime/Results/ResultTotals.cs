using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using NearData.Vm.Memory;

namespace NearData.Vm.Results;

/// <summary>
/// Exact totals of a query's result fields. A program adds to 64-bit fields; here the additions become 128-bit sums before
/// they can overflow: from the field, where it was proven to hold a batch's sum, otherwise at each update by what it changed.
/// The other fields merge in their own type, so that their memory is their total. Not thread-safe.
/// </summary>
internal sealed unsafe class ResultTotals : IDisposable
{
    private readonly ImmutableArray<ResultField> _fields;
    private readonly byte* _memory;
    private readonly AlignedMemory _totals;

    public ResultTotals(QueryProgram query, MapSet maps)
    {
        _fields = query.Results;
        _memory = query.ResultsMap < 0 ? null : maps.Headers[query.ResultsMap].Values;
        _totals = new AlignedMemory((long)_fields.Length * sizeof(Int128));
        for (int field = 0; field < _fields.Length; field++)
        {
            Start[field] = _fields[field].Merge.Identity(_fields[field].Type);
            if (!_fields[field].IsWideSum)
            {
                Write(_fields[field], Start[field]);
            }
        }
    }

    /// <summary>One total for each field; the compiled code adds to those of sums in place.</summary>
    public Int128* Start => (Int128*)_totals.Start;

    public ReadOnlySpan<Int128> Values => new(Start, _fields.Length);

    /// <summary>Moves the partial sum that a field holds into its total.</summary>
    public void FoldSum(int field)
    {
        Start[field] = checked(Start[field] + Read(_fields[field]));
        Write(_fields[field], Int128.Zero);
    }

    /// <summary>The 64 bits that a sum field holds now.</summary>
    public long Partial(int field) => Unsafe.ReadUnaligned<long>(_memory + _fields[field].Offset);

    /// <summary>The words of a sum whose memory is its total.</summary>
    public ReadOnlySpan<ulong> WideSum(int field) => new(_memory + _fields[field].Offset, _fields[field].Size / sizeof(ulong));

    /// <summary>Adds what one update changed of a sum field, which goes on holding the low 64 bits.</summary>
    public void AddChange(int field, long change)
    {
        Int128 wide = _fields[field].Type.IsSigned() ? change : unchecked((ulong)change);
        Start[field] = checked(Start[field] + wide);
    }

    /// <summary>Merges what some records came to into a field; of a sum into its total.</summary>
    public void Merge(int field, Int128 value)
    {
        if (_fields[field].Merge == MergeRule.Sum)
        {
            Start[field] = checked(Start[field] + value);
        }
        else
        {
            Write(_fields[field], _fields[field].Merge.Merge(Read(_fields[field]), value));
        }
    }

    /// <summary>Makes the totals of all fields but sums what their memory holds.</summary>
    public void TakeMerged()
    {
        for (int field = 0; field < _fields.Length; field++)
        {
            if (_fields[field].Merge != MergeRule.Sum)
            {
                Start[field] = Read(_fields[field]);
            }
        }
    }

    public void Dispose() => _totals.Dispose();

    private Int128 Read(ResultField field) => FieldMemory.Read(_memory + field.Offset, field.Type);

    private void Write(ResultField field, Int128 value) => FieldMemory.Write(_memory + field.Offset, field.Type, value);
}
