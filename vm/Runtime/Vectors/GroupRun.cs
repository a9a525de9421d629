using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;
using NearData.Vm.Maps;
using NearData.Vm.Memory;

namespace NearData.Vm.Vectors;

/// <summary>
/// One worker's run of a reduction by group over batches whose keys are numbers and codes of small dictionaries. As long as there can be few keys,
/// groups have numbers, and what comes to one stays in partial totals of 64 bits from batch to batch, until before it can overflow; else each
/// record's group is looked for. Not thread-safe.
/// </summary>
internal sealed unsafe class GroupRun : IDisposable
{
    /// <summary>Fewer than one record in this many are brought together first; else the others are computed too, and belong to no group.</summary>
    private const int FewPart = 2;

    private const int ColumnBytes = GroupMethod.MostRecords * sizeof(long);

    private readonly GroupMethod _method;
    private readonly GroupTexts _texts;
    private readonly GroupKeys _keys;
    private readonly GroupNumbers _numbers;
    private readonly GroupPartials _partials;
    private readonly GroupNumbering _numbering;
    private readonly GroupFinder _finder;
    private readonly Survivors _survivors;
    private readonly GroupColumn? _condition;
    // Without codes of texts, each record's is that of no text; in a block that was brought together, those of its records.
    private readonly uint[] _blockTexts = new uint[GroupMethod.MostRecords];


    // What the method writes, and the magnitudes of that.
    private readonly AlignedMemory _memory;
    private readonly byte* _magnitudes;
    private bool _areMany;

    public GroupRun(GroupMethod method, RowLayout row, GroupMap map)
    {
        _method = method;
        ImmutableArray<GroupTarget> targets =
            [.. method.Straight.Updates.Select(update => new GroupTarget(update, method.Straight.Fields[update.Result], method.ColumnOf(update)))];
        _texts = new GroupTexts(method);
        _keys = new GroupKeys(method, _texts, map.Definition.KeySize);
        _numbers = new GroupNumbers(map, _keys.Parts);
        _partials = new GroupPartials(method, map, _numbers, targets);
        _finder = new GroupFinder(map, _keys, targets);
        _survivors = new Survivors(row, method.LoadedFields, NarrowColumns.None);
        _numbering = new GroupNumbering(_texts, _keys, _numbers, _partials);
        _condition = method.Group.Condition.Operation == IrOperation.True ? null : method.ColumnOf(method.Group.Condition);
        long columns = (long)method.Columns.Count(column => column.Field is null) * ColumnBytes;
        _memory = new AlignedMemory(columns + ((long)method.Columns.Count(column => column.Magnitude is not null) * Accumulator.Stride));
        _magnitudes = _memory.Start + columns;
    }

    /// <summary>Runs the reduction over the records at some positions of a batch; over the first ones where there are none.</summary>
    /// <param name="frame">What the method is called with.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="selection">The positions.</param>
    /// <param name="count">How many records there are.</param>
    /// <returns>False where the batch isn't such a one; then nothing was done.</returns>
    public bool TryReduce(CallFrame* frame, RecordBatch batch, int* selection, int count)
    {
        if (!_texts.AreFew(batch))
        {
            return false;
        }

        if (!_texts.IsCurrent(batch))
        {
            _partials.Settle();
            _texts.Restart(batch);
            _keys.Restart();
            _numbers.Restart();
        }

        if (!_texts.DoFit)
        {
            return false;
        }

        // What a dropped record has for a number in its key says nothing of how many keys there are.
        _texts.Enter(batch);
        bool areMany = _areMany || !_numbering.HasRoom;
        bool isGathered = selection is not null && (_keys.Parts > 0 || areMany || count < batch.Count / FewPart);
        RecordBatch records = isGathered ? _survivors.Gather(batch, selection, count, staysNarrow: false) : batch;
        frame->Columns = records.Columns;
        int end = isGathered ? count : batch.Count;
        bool areAll = isGathered || selection is null;
        ReadOnlySpan<int> kept = areAll ? [] : new ReadOnlySpan<int>(selection, count);
        for (int first = 0; first < end; first += GroupMethod.MostRecords)
        {
            int some = int.Min(end - first, GroupMethod.MostRecords);
            Compute(frame, first, some);
            ReadOnlySpan<uint> texts = isGathered ? TextsOf(selection + first, some) : _texts.Combinations.Slice(first, some);
            GroupValues block = new(frame->Columns, first, _memory.Start, texts, some);
            if (areMany || !_numbering.TryNumber(block, Condition(block), ref kept, areAll))
            {
                _finder.Add(block, Condition(block));
                areMany = _areMany = true;
            }
            else
            {
                GroupBlock numbered = new(_numbering.Start, GroupMethod.Whole(some), _numbers.Count, _method.Shape.Tier);
                _partials.Add(numbered, frame->Columns, first, _memory.Start, _magnitudes);
            }
        }

        return true;
    }

    /// <summary>Brings what was added up into the groups.</summary>
    public void Settle() => _partials.Settle();

    public void Dispose()
    {
        _memory.Dispose();
        _keys.Dispose();
        _numbering.Dispose();
        _partials.Dispose();
        _finder.Dispose();
        _survivors.Dispose();
    }

    private void Compute(CallFrame* frame, int first, int count)
    {
        frame->First = first;
        frame->End = first + GroupMethod.Whole(count);
        frame->Accumulators = _memory.Start;
        frame->Masks = (ulong*)_magnitudes;
        _method.Call(frame);
    }

    private long* Condition(in GroupValues block) => _condition is null ? null : block.Of(_condition);

    private ReadOnlySpan<uint> TextsOf(int* records, int count)
    {
        ReadOnlySpan<uint> combinations = _texts.Combinations;
        for (int record = 0; record < count; record++)
        {
            _blockTexts[record] = combinations[records[record]];
        }

        return _blockTexts.AsSpan(0, count);
    }
}
