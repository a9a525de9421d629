using System.Numerics;
using System.Reflection.Emit;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>
/// Compiles what a filter does with a mask: the numbers of the records that are kept are written one behind the other. Eight numbers are
/// always stored, of which those that are kept count: no branch to guess wrong.
/// </summary>
internal sealed class SelectionWriter
{
    private readonly VectorWriter _writer;
    private readonly NodeWriter _nodes;
    private readonly IrNode _keeps;
    private readonly LocalBuilder _record;
    private readonly LocalBuilder _selection;
    private readonly LocalBuilder _kept;
    private readonly LocalBuilder _mask;
    private readonly LocalBuilder _table;

    public SelectionWriter(VectorWriter writer, NodeWriter nodes, IrNode keeps, LocalBuilder record)
    {
        _writer = writer;
        _nodes = nodes;
        _keeps = keeps;
        _record = record;
        _selection = writer.Numbers.NewNumber();
        _kept = writer.Numbers.NewNumber();
        _mask = writer.Numbers.NewNumber();
        _table = writer.Numbers.NewNumber();
    }

    public void WriteEntry()
    {
        _writer.Numbers.PushFrameField(CallFrame.SelectionOffset);
        _writer.Numbers.Store(_selection);
        _writer.Numbers.Constant(0);
        _writer.Numbers.Store(_kept);
        _writer.Numbers.Constant(SelectionTable.Address);
        _writer.Numbers.Store(_table);
    }

    public void WriteSelect()
    {
        _nodes.Push(_keeps);
        _writer.PushMask();
        _writer.Numbers.Store(_mask);
        for (int first = 0; first < _writer.Shape.Lanes; first += SelectionTable.Records)
        {
            WriteEight(first);
        }
    }

    public void PushKept() => _writer.Numbers.Load(_kept);

    private void WriteEight(int first)
    {
        VectorShape positions = new(VectorTier.Vector256, typeof(int));
        MethodWriter numbers = _writer.Numbers;

        // Where the numbers go.
        numbers.Load(_selection);
        numbers.Load(_kept);
        numbers.Constant(sizeof(int));
        numbers.Do(OpCodes.Mul, OpCodes.Add);
        numbers.Do(OpCodes.Conv_I);

        // The entry of these eight bits, and the number of the first record.
        PushBits(first);
        numbers.Constant(SelectionTable.EntryBytes);
        numbers.Do(OpCodes.Mul);
        numbers.Load(_table);
        numbers.Do(OpCodes.Add);
        _writer.LoadFrom(positions.Vector);
        numbers.Load(_record);
        numbers.AddConstant(first);
        numbers.Do(OpCodes.Conv_I4);
        numbers.Call(positions.Create(typeof(int)));
        numbers.Call(positions.Generic("Add", typeof(int), 2));
        _writer.StoreTo(positions.Vector);

        numbers.Load(_kept);
        PushBits(first);
        numbers.Call(typeof(BitOperations).GetMethod(nameof(BitOperations.PopCount), [typeof(ulong)])!);
        numbers.Do(OpCodes.Conv_I8, OpCodes.Add);
        numbers.Store(_kept);
    }

    private void PushBits(int first)
    {
        MethodWriter numbers = _writer.Numbers;
        numbers.Load(_mask);
        if (first > 0)
        {
            numbers.NarrowConstant(first);
            numbers.Do(OpCodes.Shr_Un);
        }

        if (_writer.Shape.Lanes > SelectionTable.Records)
        {
            numbers.Constant((1 << SelectionTable.Records) - 1);
            numbers.Do(OpCodes.And);
        }
    }
}
