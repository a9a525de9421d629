using System.Reflection.Emit;
using NearData.Isa;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>Compiles what a filter does with its mask: a bit for each record, in the frame's memory for them (<see cref="MaskBits"/>).</summary>
internal sealed class SelectionWriter
{
    private readonly VectorWriter _writer;
    private readonly NodeWriter _nodes;
    private readonly IrNode _keeps;
    private readonly LocalBuilder _masks;
    private readonly LocalBuilder _bits;

    public SelectionWriter(VectorWriter writer, NodeWriter nodes, IrNode keeps)
    {
        _writer = writer;
        _nodes = nodes;
        _keeps = keeps;
        _masks = writer.Numbers.NewNumber();
        _bits = writer.Numbers.NewNumber();
    }

    public void WriteEntry()
    {
        _writer.Numbers.PushFrameField(CallFrame.MasksOffset);
        _writer.Numbers.Store(_masks);
    }

    /// <summary>Behind the values of one vector's records.</summary>
    /// <param name="first">The first of them, from the first that comes together with them.</param>
    public void WriteBits(int first)
    {
        MethodWriter numbers = _writer.Numbers;
        PushBits(_keeps);
        if (first > 0)
        {
            numbers.NarrowConstant(first);
            numbers.Do(OpCodes.Shl);
            numbers.Load(_bits);
            numbers.Do(OpCodes.Or);
        }

        numbers.Store(_bits);
    }

    // Comparisons of 512 bits give masks that only cost time to be made vectors again: what has to hold together is joined as bits.
    private void PushBits(IrNode truth)
    {
        if (truth.Operation == IrOperation.Both && _writer.Shape.Tier == VectorTier.Vector512 && _nodes.IsInline(truth))
        {
            PushBits(truth.First!);
            PushBits(truth.Second!);
            _writer.Numbers.Do(OpCodes.And);
        }
        else
        {
            _nodes.Push(truth);
            _writer.PushMask();
        }
    }

    /// <summary>Behind the last vector of those that come together.</summary>
    /// <param name="record">The first record's number.</param>
    public void WriteMask(LocalBuilder record)
    {
        MethodWriter numbers = _writer.Numbers;
        numbers.Load(_masks);
        numbers.Load(record);
        numbers.NarrowConstant(3);
        numbers.Do(OpCodes.Shr, OpCodes.Add);
        numbers.Do(OpCodes.Conv_I);
        numbers.Load(_bits);
        numbers.StoreIndirect(MemorySize.HalfWord);
    }
}
