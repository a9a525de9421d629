using System.Reflection.Emit;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>Compiles updates of results to accumulators: a lane for each of the records that come together, whose condition is a mask.</summary>
internal sealed class UpdateWriter
{
    private readonly VectorWriter _writer;
    private readonly NodeWriter _nodes;
    private readonly Program _program;
    private readonly Dictionary<Accumulator, LocalBuilder> _locals = [];

    public UpdateWriter(VectorWriter writer, NodeWriter nodes, StraightProgram straight, IEnumerable<Accumulator> accumulators)
    {
        _writer = writer;
        _nodes = nodes;
        _program = straight.Program;
        foreach (Accumulator accumulator in accumulators.Where(accumulator => accumulator.Kind != AccumulatorKind.Every))
        {
            _locals[accumulator] = accumulator.IsWide ? writer.NewWide() : writer.NewVector();
        }
    }

    /// <summary>Before the loop: the accumulators come from memory.</summary>
    public void WriteEntry()
    {
        foreach ((Accumulator accumulator, LocalBuilder local) in _locals)
        {
            PushPlace(accumulator);
            _writer.LoadFrom(_writer.Shape.VectorOf(LaneOf(accumulator)));
            _writer.Store(local);
        }
    }

    public void WriteUpdates()
    {
        foreach ((Accumulator accumulator, LocalBuilder local) in _locals)
        {
            Write(accumulator, local);
        }
    }

    /// <summary>Behind the loop: they go back.</summary>
    public void WriteExit()
    {
        foreach ((Accumulator accumulator, LocalBuilder local) in _locals)
        {
            PushPlace(accumulator);
            _writer.Numbers.Do(OpCodes.Conv_I);
            _writer.Load(local);
            _writer.StoreTo(_writer.Shape.VectorOf(LaneOf(accumulator)));
        }
    }

    private Type LaneOf(Accumulator accumulator) => accumulator.IsWide ? typeof(long) : _writer.Shape.Lane;

    private void PushPlace(Accumulator accumulator)
    {
        _writer.Numbers.PushFrameField(CallFrame.AccumulatorsOffset);
        _writer.Numbers.AddConstant(accumulator.Slot * Accumulator.Stride);
    }

    private void Write(Accumulator accumulator, LocalBuilder local)
    {
        switch (accumulator.Kind)
        {
            case AccumulatorKind.Count:
                // A lane of a mask is minus one where the record counts.
                _writer.Load(local);
                _nodes.Push(accumulator.Update.Condition);
                _writer.Do("Subtract");
                _writer.Store(local);
                break;
            case AccumulatorKind.Merge:
                WriteMerge(accumulator.Update, local);
                break;
            default:
                WriteSum(accumulator, local);
                break;
        }
    }

    private void WriteSum(Accumulator accumulator, LocalBuilder local)
    {
        if (_writer.Shape.Lane == typeof(int))
        {
            NumberSign sign = LaneChoice.IsSigned32(accumulator.Update.Value) ? NumberSign.Signed : NumberSign.Unsigned;
            foreach (string half in (string[])["WidenLower", "WidenUpper"])
            {
                _writer.Load(local);
                PushMasked(accumulator.Update);
                _writer.Widen(half, sign);
                _writer.DoWide("Add");
                _writer.Store(local);
            }

            return;
        }

        _writer.Load(local);
        PushMasked(accumulator.Update);
        if (accumulator.Kind == AccumulatorKind.LowHalves)
        {
            _writer.Constant(uint.MaxValue);
            _writer.Do("BitwiseAnd");
        }
        else if (accumulator.Kind == AccumulatorKind.HighHalves)
        {
            bool isSigned = _program.Results[accumulator.Update.Result].Type.IsSigned();
            _writer.Shift(isSigned ? "ShiftRightArithmetic" : "ShiftRightLogical", typeof(long), 32);
        }

        _writer.Do("Add");
        _writer.Store(local);
    }

    private void WriteMerge(IrUpdate update, LocalBuilder local)
    {
        ResultField field = _program.Results[update.Result];
        switch (field.Merge)
        {
            case MergeRule.Or:
                _writer.Load(local);
                PushMasked(update);
                _writer.Do("BitwiseOr");
                break;
            case MergeRule.And:
                _writer.Load(local);
                _nodes.Push(update.Condition);
                _nodes.Push(update.Value);
                _writer.Load(local);
                _writer.Do("ConditionalSelect", operands: 3);
                _writer.Do("BitwiseAnd");
                break;
            default:
                string operation = field.Merge == MergeRule.Min ? "Min" : "Max";
                Action pushValue = () =>
                {
                    _nodes.Push(update.Condition);
                    _nodes.Push(update.Value);
                    _writer.Load(local);
                    _writer.Do("ConditionalSelect", operands: 3);
                };
                if (field.Type.IsSigned())
                {
                    _writer.Load(local);
                    pushValue();
                    _writer.Do(operation);
                }
                else
                {
                    _writer.DoUnsigned(operation, () => _writer.Load(local), pushValue);
                }

                break;
        }

        _writer.Store(local);
    }

    /// <summary>The value where the record counts, and zero where it doesn't.</summary>
    private void PushMasked(IrUpdate update)
    {
        _nodes.Push(update.Value);
        if (update.Condition.Operation != IrOperation.True)
        {
            _nodes.Push(update.Condition);
            _writer.Do("BitwiseAnd");
        }
    }
}
