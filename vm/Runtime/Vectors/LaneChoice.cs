using NearData.Isa.Programs;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>Decides whether a program can be computed in 32-bit lanes, of which twice as many fit a vector, with the answers of 64 bits.</summary>
internal static class LaneChoice
{
    /// <summary>The narrowest lanes that give a program's answers.</summary>
    public static Type Of(StraightProgram straight) =>
        straight.Nodes.All(FitsNarrow) && straight.Updates.All(update => FitsNarrow(update, straight.Program.Results[update.Result]))
            ? typeof(int)
            : typeof(long);

    /// <summary>Whether the low half of a number, widened with its sign, is the number.</summary>
    public static bool IsSigned32(IrNode node) => node.Range.IsWithin(int.MinValue, int.MaxValue);

    /// <summary>Whether the low half of a number, widened with zeros, is the number.</summary>
    public static bool IsUnsigned32(IrNode node) => node.Range.IsWithin(0, uint.MaxValue);

    // What nothing was merged into holds a number of its type that no narrow lane holds.
    private static bool FitsNarrow(IrUpdate update, ResultField field) =>
        field.Merge == MergeRule.Sum
            ? update.Value.IsConstant || (field.Type.IsSigned() ? IsExact(update.Value) : IsUnsigned32(update.Value))
            : field.Type.Size() <= sizeof(int);

    private static bool IsExact(IrNode node) => IsSigned32(node) || IsUnsigned32(node);

    // Everything is computed modulo 2^32; what needs more of an operand must know it from its range.
    private static bool FitsNarrow(IrNode node) => node.Operation switch
    {
        IrOperation.SignedLess or IrOperation.Equal =>
            (IsSigned32(node.First!) && IsSigned32(node.Second!)) || (IsUnsigned32(node.First!) && IsUnsigned32(node.Second!)),
        IrOperation.Within => node.Operands.All(IsSigned32),
        IrOperation.Less => IsSigned32(node.First!) && IsSigned32(node.Second!),
        IrOperation.ShiftLeft => node.Second!.Range.IsWithin(0, 31) && node.Second.IsConstant,
        IrOperation.ShiftRight => node.Second!.IsConstant && node.Second.Range.IsWithin(0, 31) && IsUnsigned32(node.First!),
        IrOperation.SignedShiftRight => node.Second!.IsConstant && node.Second.Range.IsWithin(0, 31) && IsExact(node.First!),
        IrOperation.ZeroExtend or IrOperation.SignExtend => node.Number <= 32,

        // Of a wider field the low half is loaded.
        IrOperation.Column => node.Part.Offset + node.Part.Size <= sizeof(int) || (node.Part.Offset == 0 && IsExact(node)),
        IrOperation.Parameter => node.Part.Size <= sizeof(int) || IsExact(node),
        IrOperation.Constant or IrOperation.Add or IrOperation.Subtract or IrOperation.Multiply
            or IrOperation.And or IrOperation.Or or IrOperation.Xor or IrOperation.Select => true,
        IrOperation.DoubleEqual or IrOperation.DoubleLess or IrOperation.DoubleLessOrEqual => false,
        _ => node.IsTruth,
    };
}
