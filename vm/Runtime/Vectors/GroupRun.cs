using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;
using NearData.Vm.Maps;
using NearData.Vm.Memory;

namespace NearData.Vm.Vectors;

/// <summary>
/// One worker's run of a reduction by group over batches whose keys are codes of small dictionaries. What comes to a group stays in partial
/// totals of 64 bits from batch to batch, and goes into the groups before it can overflow. Not thread-safe.
/// </summary>
internal sealed unsafe class GroupRun : IDisposable
{
    /// <summary>Fewer than one record in this many are brought together first; else the others are computed too, and belong to no group.</summary>
    private const int FewPart = 2;

    private const int ColumnBytes = GroupMethod.MostRecords * sizeof(long);

    private readonly GroupMethod _method;
    private readonly GroupNumbers _numbers;
    private readonly GroupPartials _partials;
    private readonly Survivors _survivors;
    private readonly GroupColumn? _condition;

    // The numbers of a block's groups, what the method writes, and the magnitudes of that.
    private readonly AlignedMemory _memory;
    private readonly byte* _magnitudes;

    public GroupRun(GroupMethod method, RowLayout row, GroupMap map)
    {
        _method = method;
        _numbers = new GroupNumbers(method, map);
        _partials = new GroupPartials(method, map, _numbers);
        _survivors = new Survivors(row, method.LoadedFields, NarrowColumns.None);
        _condition = method.Group.Condition.Operation == IrOperation.True ? null : method.Columns.First(column => column.Value == method.Group.Condition);
        long columns = (1L + method.Columns.Count(column => column.Field is null)) * ColumnBytes;
        _memory = new AlignedMemory(columns + ((long)method.Columns.Count(column => column.Magnitude is not null) * Accumulator.Stride));
        _magnitudes = _memory.Start + columns;
    }

    private long* NumbersStart => (long*)_memory.Start;

    private byte* ColumnsStart => _memory.Start + ColumnBytes;

    /// <summary>Runs the reduction over the records at some positions of a batch; over the first ones where there are none.</summary>
    /// <param name="frame">What the method is called with.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="selection">The positions.</param>
    /// <param name="count">How many records there are.</param>
    /// <returns>False where the batch isn't such a one; then nothing was done.</returns>
    public bool TryReduce(CallFrame* frame, RecordBatch batch, int* selection, int count)
    {
        if (_numbers.CombinationsOf(batch) is not { } combinations || !_partials.HasRoomFor(combinations))
        {
            return false;
        }

        if (!_numbers.IsCurrent(batch))
        {
            _partials.Settle();
            _numbers.Restart(batch);
            _partials.Restart(combinations);
        }

        if (!_numbers.DoFit)
        {
            return false;
        }

        _numbers.Enter(batch);
        bool isGathered = selection is not null && count < batch.Count / FewPart;
        RecordBatch records = isGathered ? _survivors.Gather(batch, selection, count, staysNarrow: false) : batch;
        frame->Columns = records.Columns;
        RecordPositions positions = new(selection, count, isGathered);
        int end = isGathered ? count : batch.Count;
        for (int first = 0; first < end; first += GroupMethod.MostRecords)
        {
            Reduce(frame, first, int.Min(end - first, GroupMethod.MostRecords), ref positions);
        }

        return true;
    }

    /// <summary>Brings what was added up into the groups.</summary>
    public void Settle() => _partials.Settle();

    public void Dispose()
    {
        _memory.Dispose();
        _partials.Dispose();
        _survivors.Dispose();
    }

    private void Reduce(CallFrame* frame, int first, int count, ref RecordPositions positions)
    {
        // Behind the last record is memory of the columns, whose contents belong to no group.
        int whole = (count + GroupMethod.Step - 1) / GroupMethod.Step * GroupMethod.Step;
        frame->First = first;
        frame->End = first + whole;
        frame->Accumulators = ColumnsStart;
        frame->Masks = (ulong*)_magnitudes;
        _method.Call(frame);
        Span<long> numbers = new(NumbersStart, whole);
        positions.LookUp(_numbers, first, count, numbers, _partials.NoGroup);
        if (_condition is not null)
        {
            LeaveOut(numbers[..count], new ReadOnlySpan<long>(ColumnsStart + ((long)_condition.Slot * ColumnBytes), count));
        }

        if (numbers.Contains(GroupNumbers.Unknown))
        {
            for (int record = 0; record < count; record++)
            {
                if (numbers[record] == GroupNumbers.Unknown)
                {
                    numbers[record] = _numbers.Add(positions.InBatch(first + record));
                }
            }
        }

        GroupBlock block = new(NumbersStart, whole, _numbers.Count, _method.Shape.Tier);
        _partials.Add(block, frame->Columns, first, ColumnsStart, _magnitudes);
    }

    private void LeaveOut(Span<long> numbers, ReadOnlySpan<long> condition)
    {
        for (int record = 0; record < numbers.Length; record++)
        {
            numbers[record] = condition[record] == 0 ? _partials.NoGroup : numbers[record];
        }
    }

    /// <summary>Which records of a batch are reduced, and where among those that the method runs over.</summary>
    /// <param name="selection">Their positions, ascending; null where they are the first.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="isGathered">Whether the method runs over them alone.</param>
    private ref struct RecordPositions(int* selection, int count, bool isGathered)
    {
        private readonly int* _selection = selection;
        private int _next;

        public readonly int InBatch(int record) => isGathered ? _selection[record] : record;

        /// <summary>Writes the numbers of the groups of some records that the method runs over.</summary>
        public void LookUp(GroupNumbers groups, int first, int records, Span<long> numbers, long noGroup)
        {
            ReadOnlySpan<uint> combinations = groups.Combinations;
            ReadOnlySpan<int> known = groups.Numbers;
            if (_selection is null || isGathered)
            {
                for (int record = 0; record < records; record++)
                {
                    numbers[record] = known[(int)combinations[InBatch(first + record)]];
                }

                numbers[records..].Fill(noGroup);
                return;
            }

            numbers.Fill(noGroup);
            for (int end = first + records; _next < count && _selection[_next] < end; _next++)
            {
                int position = _selection[_next];
                numbers[position - first] = known[(int)combinations[position]];
            }
        }
    }
}
