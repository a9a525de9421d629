using System.Runtime.InteropServices;
using NearData.Isa.Programs;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>How the lanes of an accumulator count towards a result.</summary>
internal enum AccumulatorKind
{
    /// <summary>Lanes are sums of what was added, which the batch is too short to overflow.</summary>
    Sum,

    /// <summary>Lanes are sums of the low 32 bits of what was added.</summary>
    LowHalves,

    /// <summary>Lanes are sums of the high 32 bits of what was added.</summary>
    HighHalves,

    /// <summary>Lanes count records, for each of which a constant is added.</summary>
    Count,

    /// <summary>Nothing is counted: the constant is added for every record.</summary>
    Every,

    /// <summary>Lanes hold a minimum, a maximum, or bits: they merge as the field does.</summary>
    Merge,
}

/// <summary>Part of what vector code keeps of an update, lane by lane, until the batch ends.</summary>
/// <param name="Update">The update.</param>
/// <param name="Kind">What its lanes are.</param>
/// <param name="Slot">Its place among the accumulators that are kept; -1 where none is.</param>
internal sealed record Accumulator(IrUpdate Update, AccumulatorKind Kind, int Slot)
{
    /// <summary>Whether its lanes have 64 bits, whatever the program's have.</summary>
    public bool IsWide => Kind is AccumulatorKind.Sum or AccumulatorKind.LowHalves or AccumulatorKind.HighHalves;

    /// <summary>Bytes between accumulators in memory: the widest vector's.</summary>
    public const int Stride = 64;

    /// <summary>
    /// Records after which accumulators are emptied: sums of numbers up to <see cref="Small"/> of half as many (there are two
    /// lanes at least), and counts in 32-bit lanes, can't overflow.
    /// </summary>
    public const int MostRecords = 1 << 15;

    private const long Small = 1L << 48;

    /// <summary>The accumulators of a program's updates.</summary>
    public static Accumulator[] For(StraightProgram straight)
    {
        List<Accumulator> all = [];
        int slot = 0;
        foreach (IrUpdate update in straight.Updates)
        {
            AccumulatorKind[] kinds = KindsOf(update, straight.Program.Results[update.Result]);
            all.AddRange(kinds.Select(kind => new Accumulator(update, kind, kind == AccumulatorKind.Every ? -1 : slot++)));
        }

        return [.. all];
    }

    /// <summary>What the lanes add to the result, exactly; for <see cref="AccumulatorKind.Merge"/> what they merge to.</summary>
    /// <param name="memory">The accumulators, as vector code left them.</param>
    /// <param name="shape">Its vectors.</param>
    /// <param name="records">How many records it ran over since they were empty.</param>
    /// <param name="field">The result.</param>
    public Int128 Total(ReadOnlySpan<byte> memory, VectorShape shape, int records, ResultField field)
    {
        if (Kind == AccumulatorKind.Every)
        {
            return Addend(field) * records;
        }

        ReadOnlySpan<byte> lanes = memory.Slice(Slot * Stride, shape.Bytes);
        return HasWideLanes(shape) ? Total(MemoryMarshal.Cast<byte, long>(lanes), field) : Total(MemoryMarshal.Cast<byte, int>(lanes), field);
    }

    /// <summary>Makes it hold nothing.</summary>
    public void Empty(Span<byte> memory, VectorShape shape, ResultField field)
    {
        long nothing = Kind == AccumulatorKind.Merge ? (long)(UInt128)field.Merge.Identity(field.Type) : 0;
        if (Kind == AccumulatorKind.Every)
        {
            return;
        }

        Span<byte> lanes = memory.Slice(Slot * Stride, shape.Bytes);
        if (HasWideLanes(shape))
        {
            MemoryMarshal.Cast<byte, long>(lanes).Fill(nothing);
        }
        else
        {
            MemoryMarshal.Cast<byte, int>(lanes).Fill((int)nothing);
        }
    }

    private bool HasWideLanes(VectorShape shape) => IsWide || shape.Lane == typeof(long);

    private static AccumulatorKind[] KindsOf(IrUpdate update, ResultField field) =>
        field.Merge != MergeRule.Sum ? [AccumulatorKind.Merge]
        : update.Value.IsConstant ? [update.Condition.Operation == IrOperation.True ? AccumulatorKind.Every : AccumulatorKind.Count]
        : update.Value.Range.IsWithin(field.Type.IsSigned() ? -Small : 0, Small) ? [AccumulatorKind.Sum]
        : [AccumulatorKind.LowHalves, AccumulatorKind.HighHalves];

    private Int128 Total(ReadOnlySpan<long> lanes, ResultField field)
    {
        if (Kind == AccumulatorKind.Merge)
        {
            Int128 merged = field.Merge.Identity(field.Type);
            foreach (long lane in lanes)
            {
                merged = field.Merge.Merge(merged, field.Type.IsSigned() ? lane : (ulong)lane);
            }

            return merged;
        }

        Int128 sum = 0;
        foreach (long lane in lanes)
        {
            sum += lane;
        }

        return Kind switch
        {
            AccumulatorKind.HighHalves => sum << 32,
            AccumulatorKind.Count => sum * Addend(field),
            _ => sum,
        };
    }

    private Int128 Total(ReadOnlySpan<int> lanes, ResultField field)
    {
        Span<long> wide = stackalloc long[lanes.Length];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            wide[lane] = Kind == AccumulatorKind.Merge && !field.Type.IsSigned() ? (uint)lanes[lane] : lanes[lane];
        }

        return Total(wide, field);
    }

    private Int128 Addend(ResultField field) => field.Type.IsSigned() ? Update.Value.Number : (ulong)Update.Value.Number;
}
