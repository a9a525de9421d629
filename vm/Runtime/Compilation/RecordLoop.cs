using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>The loop over records around a program's body.</summary>
internal sealed class RecordLoop
{
    private readonly MethodWriter _writer;
    private readonly LoopShape _shape;
    private readonly LocalBuilder _record;
    private readonly LocalBuilder _position;
    private readonly LocalBuilder _end;
    private readonly LocalBuilder _selection;
    private readonly LocalBuilder _kept;
    private readonly Label _top;
    private readonly Label _done;

    /// <param name="writer">The method.</param>
    /// <param name="shape">Which records.</param>
    /// <param name="record">Gets the number of the record that the body runs over.</param>
    public RecordLoop(MethodWriter writer, LoopShape shape, LocalBuilder record)
    {
        _writer = writer;
        _shape = shape;
        _record = record;
        _position = IsOverSelection ? writer.NewNumber() : record;
        _end = writer.NewNumber();
        _selection = writer.NewNumber();
        _kept = writer.NewNumber();
        _top = writer.NewLabel();
        _done = writer.NewLabel();
    }

    private bool IsOverSelection => _shape is LoopShape.Selected or LoopShape.FilterSelected;

    /// <summary>From the method's entry to the start of the body.</summary>
    public void WriteEntry()
    {
        Initialize(_position, CallFrame.FirstOffset);
        Initialize(_end, CallFrame.EndOffset);
        Initialize(_selection, CallFrame.SelectionOffset);
        _writer.Constant(0);
        _writer.Store(_kept);
        _writer.Load(_position);
        _writer.Load(_end);
        _writer.Branch(OpCodes.Bge, _done);
        _writer.Mark(_top);
        if (IsOverSelection)
        {
            PushEntry(_position);
            _writer.LoadIndirect(MemorySize.Word);
            _writer.Store(_record);
        }
    }

    /// <summary>From the end of the body to the end of the loop.</summary>
    public void WriteNext(LocalBuilder returned)
    {
        if (_shape is LoopShape.Filter or LoopShape.FilterSelected)
        {
            WriteSelect(returned);
        }

        _writer.Load(_position);
        _writer.AddConstant(1);
        _writer.Store(_position);
        _writer.Load(_position);
        _writer.Load(_end);
        _writer.Branch(OpCodes.Blt, _top);
        _writer.Mark(_done);
    }

    /// <summary>How many records were kept.</summary>
    public void PushResult() => _writer.Load(_kept);

    // Always written, counted only where kept: no branch to guess wrong. A filter returns a C int, so r0's low half counts. Over a
    // selection, what is kept never overtakes what is still to be looked at.
    private void WriteSelect(LocalBuilder returned)
    {
        PushEntry(_kept);
        _writer.Do(OpCodes.Conv_I);
        _writer.Load(_record);
        _writer.StoreIndirect(MemorySize.Word);
        _writer.Load(_kept);
        _writer.Load(returned);
        _writer.Do(OpCodes.Conv_I4);
        _writer.NarrowConstant(0);
        _writer.Do(OpCodes.Cgt_Un, OpCodes.Conv_U8);
        _writer.Do(OpCodes.Add);
        _writer.Store(_kept);
    }

    private void Initialize(LocalBuilder local, int frameField)
    {
        _writer.PushFrameField(frameField);
        _writer.Store(local);
    }

    private void PushEntry(LocalBuilder position)
    {
        _writer.Load(_selection);
        _writer.Load(position);
        _writer.Constant(sizeof(int));
        _writer.Do(OpCodes.Mul, OpCodes.Add);
    }
}
