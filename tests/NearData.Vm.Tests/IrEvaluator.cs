using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;

namespace NearData.Vm.Tests;

/// <summary>Computes a straight form for one record, value by value: what it says, without any compiler.</summary>
internal sealed class IrEvaluator(StraightProgram straight, byte[] constants)
{
    /// <summary>Each value of a record, truths as 0 and 1; checks that numbers lie in their ranges.</summary>
    public Dictionary<IrNode, long> Run(RecordBatch batch, int record)
    {
        Dictionary<IrNode, long> values = [];
        foreach (IrNode node in straight.Nodes)
        {
            long value = Evaluate(node, values, batch, record);
            Assert.True(node.IsTruth || node.Range.Contains(value), $"{node.Operation} is {value}, outside {node.Range}");
            values[node] = value;
        }

        return values;
    }

    private long Evaluate(IrNode node, Dictionary<IrNode, long> values, RecordBatch batch, int record)
    {
        long first = node.First is null ? 0 : values[node.First];
        long second = node.Second is null ? 0 : values[node.Second];
        return node.Operation switch
        {
            IrOperation.Constant => node.Number,
            IrOperation.Column => Load(node.Part, batch, record),
            IrOperation.Parameter => Widen(constants.AsSpan(node.Part.Offset, node.Part.Size), node.Part.Sign),
            IrOperation.ZeroExtend => NumberMath.ZeroExtend((int)node.Number, first),
            IrOperation.SignExtend => NumberMath.SignExtend((int)node.Number, first),
            IrOperation.SwapBytes => NumberMath.SwapBytes((int)node.Number, first),
            IrOperation.Select => first != 0 ? second : values[node.Third!],
            IrOperation.False => 0,
            IrOperation.True => 1,
            IrOperation.Equal => first == second ? 1 : 0,
            IrOperation.Less => (ulong)first < (ulong)second ? 1 : 0,
            IrOperation.SignedLess => first < second ? 1 : 0,
            IrOperation.DoubleAdd => Bits(Number(first) + Number(second)),
            IrOperation.DoubleSubtract => Bits(Number(first) - Number(second)),
            IrOperation.DoubleMultiply => Bits(Number(first) * Number(second)),
            IrOperation.DoubleDivide => Bits(Number(first) / Number(second)),
            IrOperation.DoubleFromSigned => Bits(first),
            IrOperation.DoubleEqual => Number(first) == Number(second) ? 1 : 0,
            IrOperation.DoubleLess => Number(first) < Number(second) ? 1 : 0,
            IrOperation.DoubleLessOrEqual => Number(first) <= Number(second) ? 1 : 0,
            IrOperation.Within => first >= second && first < values[node.Third!] ? 1 : 0,
            IrOperation.Not => 1 - first,
            IrOperation.Both => first & second,
            _ => NumberMath.Evaluate(node.Operation, first, second),
        };
    }

    private static double Number(long bits) => BitConverter.Int64BitsToDouble(bits);

    private static long Bits(double number) => BitConverter.DoubleToInt64Bits(number);

    private static long Load(LoadedPart part, RecordBatch batch, int record)
    {
        if (part.Target == AccessTarget.FieldValidity)
        {
            return batch.Validity(part.Index)[record];
        }

        Span<byte> image = new Interpretation.RowImage(batch.Row, SampleRow.AllFields).Of(batch, record);
        return Widen(image.Slice(batch.Row.Fields[part.Index].Offset + part.Offset, part.Size), part.Sign);
    }

    private static long Widen(ReadOnlySpan<byte> bytes, NumberSign sign)
    {
        Span<byte> whole = stackalloc byte[8];
        whole.Clear();
        bytes.CopyTo(whole);
        long number = BitConverter.ToInt64(whole);
        return sign == NumberSign.Signed ? NumberMath.SignExtend(bytes.Length * 8, number) : number;
    }
}
